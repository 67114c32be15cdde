package io.zeal.game;

/** A record that only its own package sees; the tests load it in modules of their own. */
record HiddenPlayer(long score) {}
