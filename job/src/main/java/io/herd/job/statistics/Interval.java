package io.herd.job.statistics;

/** A confidence interval of a share. */
public record Interval(double low, double high) {}
