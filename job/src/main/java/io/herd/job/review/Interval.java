package io.herd.job.review;

/** From where to where a share surely lies. */
public record Interval(double low, double high) {}
