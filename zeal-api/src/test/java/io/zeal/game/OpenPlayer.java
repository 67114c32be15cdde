package io.zeal.game;

import io.zeal.MaxBytes;

/** A public record; the tests load it in modules of their own, exported or not. */
public record OpenPlayer(@MaxBytes(16) String name, long score) {}
