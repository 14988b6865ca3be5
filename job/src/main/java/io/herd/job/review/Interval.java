package io.herd.job.review;

/** A confidence interval of a share. */
public record Interval(double low, double high) {}
