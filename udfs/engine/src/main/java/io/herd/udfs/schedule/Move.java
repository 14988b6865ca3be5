package io.herd.udfs.schedule;

/** A row whose content is copied over another's. */
public record Move(int fromCapacity, int fromRow, int toCapacity, int toRow) {}
