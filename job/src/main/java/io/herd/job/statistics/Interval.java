package io.herd.job.statistics;

/** From where to where a share surely lies. */
public record Interval(double low, double high) {}
