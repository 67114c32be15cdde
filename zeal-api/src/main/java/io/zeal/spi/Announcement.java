package io.zeal.spi;

import io.zeal.ZealException;

/**
 * A frame on its way with one step of a backend ({@link Announcer}), or alone ({@link
 * Rows#announce}).
 *
 * <p>The backend publishes {@link #frame} and behind it the trailer of {@link Sequence}, on {@link
 * #channel}, within the atomic step, and tells how that went: exactly one of {@link #published},
 * {@link #skipped} and {@link #failed} is called (for {@link Rows#announce} {@code published} once
 * for each bucket, or {@code failed} once if one of them could not be had), before the call that
 * made the step returns or throws. They return at once and throw nothing; the backend holds no lock
 * while it calls them.
 */
public interface Announcement {

  /** The channel to publish on, below the backend's prefix: what {@code PubSub} subscribes to. */
  String channel();

  /**
   * What to publish; opaque to the backend, which neither reads nor keeps it. Writer, nonce, keys
   * and signature are in it.
   */
  byte[] frame();

  /**
   * The step was made and the frame went out with {@code sequence}: for a write the number that the
   * step itself took, for {@link Rows#announce} the current one. Of several writes in one step some
   * may have failed: it is enough that one changed something.
   */
  void published(Sequence sequence);

  /**
   * The step was made and changed nothing, since its condition did not hold or there was no row:
   * nothing was published and no number was taken.
   */
  void skipped();

  /**
   * The step ended in an error, whose outcome says whether it may have happened; if it may, the
   * frame may have gone out and the number is not known.
   */
  void failed(ZealException error);
}
