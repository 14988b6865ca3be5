package io.herd.udfs.engine;

import io.herd.udfs.RowException;
import io.herd.udfs.grammar.Constraint;
import io.herd.udfs.grammar.Mask;
import io.herd.udfs.lookup.AcceptanceRates;
import io.herd.udfs.lookup.Draft;
import io.herd.udfs.lookup.RowLookup;
import io.herd.udfs.model.SamplingParams;
import io.herd.udfs.sample.CounterRandom;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.sample.TokenCounts;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.schedule.Sequence;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A request with its generated tokens. */
final class ActiveRequest implements Sequence {
  private final Request request;
  private final RequestGroup group;
  private final CompletionText text;
  private final int shared;
  private final TokenCounts counts; // null where nothing is penalized
  private final Constraint constraint; // null where any text may be written
  private final List<TokenScores> scores = new ArrayList<>();
  private int generated;
  private int last;
  private RowLookup lookup; // null until something is drafted

  ActiveRequest(Request request) {
    this.request = request;
    this.group = request.group();
    this.text = scored() ? null : group.newText();
    this.shared = group.prefix().length;
    this.counts =
        !scored() && group.settings().sampling().penalizes()
            ? new TokenCounts(request.ids())
            : null;
    this.constraint = group.newConstraint();
    int common = Arrays.mismatch(request.ids(), group.prefix());
    if ((common >= 0 && common < shared) || request.ids().length <= shared) {
      throw new IllegalArgumentException("a prompt must be its prefix and at least one token");
    }
  }

  Request request() {
    return request;
  }

  int lastId() {
    return last;
  }

  /** Returns the last id's position in its row. */
  int lastPosition() {
    return length() - 1;
  }

  /**
   * Proposes tokens that may follow the last one.
   *
   * @param chances of all rows
   * @param most tokens
   */
  Draft propose(AcceptanceRates chances, int most) {
    if (lookup == null) {
      lookup = new RowLookup(request.ids(), chances);
      for (int id : text.ids()) {
        lookup.took(id, false);
      }
    }
    int left = group.settings().maxNewTokens() - generated;
    return lookup.propose(constraint, Math.min(most, left - 1));
  }

  /** Returns the sampling parameters of the next token, and of those after each proposed one. */
  List<SamplingParams> samplings(int[] proposed) {
    List<SamplingParams> out = new ArrayList<>();
    out.add(sampling(generated, counts, constraint));
    Constraint at = constraint == null || proposed.length == 0 ? constraint : constraint.copy();
    TokenCounts seen = counts;
    for (int i = 0; i < proposed.length; i++) {
      seen = seen == null ? null : seen.with(proposed[i]);
      if (at != null) {
        at.suppose(proposed[i]);
      }
      out.add(sampling(generated + i + 1, seen, at));
    }
    return out;
  }

  private SamplingParams sampling(int place, TokenCounts seen, Constraint at) {
    GenerateSettings settings = group.settings();
    Sampling sampling = settings.sampling();
    double uniform =
        sampling.draws() ? CounterRandom.uniform(settings.seed(), request.key(), place) : 0;
    boolean suppressEnd = place < settings.minNewTokens();
    Mask allowed = at == null ? null : at.allowed(settings.maxNewTokens() - place);
    return new SamplingParams(sampling, uniform, suppressEnd, seen, settings.logprobs(), allowed);
  }

  /**
   * Accepts the next token; returns the reason when it was the last one, else null.
   *
   * @param tokenScores the token's, or null
   * @param endIds the model's
   * @throws RowException when the row's format has no text that goes on so
   */
  FinishReason accept(int id, TokenScores tokenScores, Set<Integer> endIds) {
    boolean ends =
        (endIds.contains(id) && !group.settings().ignoreEos())
            || (group.endIds().contains(id) && generated >= group.settings().minNewTokens());
    if (ends) {
      return FinishReason.STOP;
    }
    generated++;
    last = id;
    if (lookup != null) {
      lookup.took(id, constraint != null && constraint.forced() >= 0);
    }
    if (counts != null) {
      counts.add(id);
    }
    if (group.settings().logprobs() > 0) {
      scores.add(tokenScores);
    }
    if (text.append(id) || completes(id)) {
      return FinishReason.STOP;
    }
    return generated >= group.settings().maxNewTokens() ? FinishReason.LENGTH : null;
  }

  private boolean completes(int id) {
    if (constraint != null && !constraint.take(id)) {
      throw new RowException("the model's numbers led out of the format; they may not be numbers");
    }
    return constraint != null && constraint.finished();
  }

  Completion completion(FinishReason reason) {
    return new Completion(text::text, generated, reason, List.copyOf(scores), null);
  }

  @Override
  public int[] prompt() {
    return request.ids();
  }

  @Override
  public int sharedTokens() {
    return shared;
  }

  @Override
  public int extraTokens() {
    return scored() ? group.labels().tailLength() : group.settings().maxNewTokens();
  }

  @Override
  public int length() {
    return promptTokens() + generated;
  }

  @Override
  public boolean scored() {
    return group.scored();
  }

  @Override
  public Object group() {
    return group.passKey();
  }
}
