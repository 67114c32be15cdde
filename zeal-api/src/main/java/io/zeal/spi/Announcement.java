package io.zeal.spi;

/** A frame on its way with a write ({@link Announcer}). */
public interface Announcement {

  /** The channel to publish on, below the backend's prefix. */
  String channel();

  /**
   * The bytes to publish; the backend appends the bucket's next sequence number as 8 bytes,
   * big-endian.
   */
  byte[] frame();

  /**
   * Told the sequence number of the bucket that the frame went out with, before the write's call
   * returns.
   */
  void published(long sequence);
}
