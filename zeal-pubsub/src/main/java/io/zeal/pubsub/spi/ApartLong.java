package io.zeal.pubsub.spi;

import java.io.Serial;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number on a cache line of its own. Two that different threads write all the time would take the
 * line from each other at every write if they shared it.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // what fills the line
final class ApartLong extends AtomicLong {

  @Serial private static final long serialVersionUID = 1L;

  private long a1;
  private long a2;
  private long a3;
  private long a4;
  private long a5;
  private long a6;
  private long a7;
  private long b0;
  private long b1;
  private long b2;
  private long b3;
  private long b4;
  private long b5;
  private long b6;
  private long b7;
}
