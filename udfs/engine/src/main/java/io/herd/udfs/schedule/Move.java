package io.herd.udfs.schedule;

/** A copy of one row's content over another's. */
public record Move(int fromCapacity, int fromRow, int toCapacity, int toRow) {}
