package io.zeal.benchmarks.table;

import io.zeal.MaxBytes;

/** A row of one text of at most 32 bytes. */
public record TextRow(@MaxBytes(32) String text) {}
