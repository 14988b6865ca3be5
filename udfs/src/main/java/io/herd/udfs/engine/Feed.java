package io.herd.udfs.engine;

import io.herd.udfs.model.Picking;
import java.util.List;

/** What a decode pass is fed: each row's last token, its position, and how the next is chosen. */
record Feed(int[] ids, int[] positions, Picking picking) {

  /**
   * For the given rows.
   *
   * @param width rows of the pass; those beyond the given ones are fed anything
   */
  static Feed of(List<ActiveRequest> rows, int width) {
    int[] ids = new int[width];
    int[] positions = new int[width];
    for (int i = 0; i < rows.size(); i++) {
      ids[i] = rows.get(i).lastId();
      positions[i] = rows.get(i).lastPosition();
    }
    return new Feed(ids, positions, picking(rows, width));
  }

  static Picking picking(List<ActiveRequest> rows, int width) {
    Picking picking = Picking.greedy(width);
    for (int i = 0; i < rows.size(); i++) {
      ActiveRequest active = rows.get(i);
      picking.temperatures()[i] = active.work().settings().temperature();
      picking.uniforms()[i] = active.nextDraw();
      picking.suppressEnd()[i] = active.suppressesEnd();
    }
    return picking;
  }
}
