package io.zeal.consumer;

import io.zeal.MaxBytes;

/** In a package that is not exported, and opened to {@code io.zeal}. */
record Opened(@MaxBytes(16) String name, long score) {}
