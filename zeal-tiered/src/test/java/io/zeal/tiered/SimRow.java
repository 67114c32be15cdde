package io.zeal.tiered;

/** A row of the simulation: no two states of any row are equal. */
record SimRow(long version, long count) {}
