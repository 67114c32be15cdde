package io.zeal.demo;

/**
 * A value that takes long to compute; it says where it comes from.
 *
 * @param visitors another number with each load, so that a new load shows
 * @param loadedBy the demo that loaded it, as {@link DemoCache#process}
 * @param loadedAtMillis when, by the clock of that demo
 */
record Report(long visitors, String loadedBy, long loadedAtMillis) {}
