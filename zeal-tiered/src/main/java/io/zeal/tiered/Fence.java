package io.zeal.tiered;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What says whether a copy may be served; everything that threads of one store share, and the
 * clock. Lock-free.
 *
 * <p><b>The idea.</b> A copy carries what was true before the far level was asked: the generation
 * of its bucket and the count of its slot, which many keys share. Whoever learns that a key may
 * have changed moves the count of its slot; whoever learns that anything may have been missed moves
 * the generation. Both cost one atomic addition, however many copies they end, and a copy that is
 * being made at that moment is dead before it arrives.
 *
 * <p><b>The lease.</b> That a change is heard of at all is known up to the moment at which the last
 * heartbeat that came back was sent: all that the server published before it has been seen. A copy
 * is served only within {@link #leaseNanos} of that moment (ADR 0071).
 *
 * <p><b>The order of a look</b> ({@link #age}), each step after the one before: the copy, the
 * lease, generation and count, the clock. The lease before the counts, since a lease that is
 * granted between them speaks of changes that the counts did not have yet; the clock last, so that
 * a thread that was stopped anywhere before does not serve what was good when it was stopped (ADR
 * 0072).
 *
 * <p>Its small methods are where the simulator of the tests stops a thread and lets others run.
 */
class Fence {

  /** What {@link #age} answers for a copy that may not be served. */
  static final long INVALID = -1;

  /** No lease. */
  static final long NONE = Long.MIN_VALUE;

  private static final int SLOTS = 4096;
  private static final int FEWEST_SLOTS_OF_A_BUCKET = 16;

  private final int bucketShift;
  private final long leaseNanos;
  private final AtomicLongArray stripes; // by slot
  private final AtomicLongArray generations; // by bucket
  private final AtomicLongArray leases; // by bucket, written by the receiver; when it was asked for

  Fence(int buckets, long leaseNanos) {
    int slots = Math.max(FEWEST_SLOTS_OF_A_BUCKET, Math.ceilDiv(SLOTS, buckets));
    this.bucketShift = Integer.SIZE - Integer.numberOfLeadingZeros(slots - 1);
    this.leaseNanos = leaseNanos;
    this.stripes = new AtomicLongArray(Math.multiplyExact(buckets, 1 << bucketShift));
    this.generations = new AtomicLongArray(buckets);
    this.leases = new AtomicLongArray(buckets);
    for (int i = 0; i < buckets; i++) {
      leases.set(i, NONE);
    }
  }

  final int buckets() {
    return generations.length();
  }

  final int slots() {
    return stripes.length();
  }

  /** The slot of a key. */
  final int slot(int bucket, long hash) {
    return (bucket << bucketShift) | ((int) hash & ((1 << bucketShift) - 1));
  }

  final int bucketOfSlot(int slot) {
    return slot >>> bucketShift;
  }

  /** How long a lease lasts. */
  final long leaseNanos() {
    return leaseNanos;
  }

  /**
   * How old a copy is, or {@link #INVALID} if it may not be served. The copy was read before the
   * call.
   */
  final long age(NearRow<?> row, long mostNanos) {
    long lease = leaseOf(row);
    return lease == NONE ? INVALID : age(row, lease, nanos(), mostNanos);
  }

  /**
   * The lease under which a copy may be served if its counts are as they were, else {@link #NONE};
   * the clock has to be looked at after it. Who serves several copies at once looks at all of them
   * and then once at the clock.
   */
  final long leaseOf(NearRow<?> row) {
    int bucket = row.slot() >>> bucketShift;
    long lease = lease(bucket);
    boolean good =
        lease != NONE
            && generation(bucket) == row.generation()
            && stripe(row.slot()) == row.stripe();
    return good ? lease : NONE;
  }

  /** How old a copy is at {@code now}, which was read after its {@code lease}. */
  final long age(NearRow<?> row, long lease, long now, long mostNanos) {
    long age = now - row.readNanos();
    boolean good = now - lease < leaseNanos && age < mostNanos && !row.isExpired(age);
    return good ? age : INVALID;
  }

  /** Whether copies of a bucket may be served now. */
  final boolean isLeased(int bucket) {
    long lease = lease(bucket);
    return lease != NONE && nanos() - lease < leaseNanos;
  }

  /** The time, which never goes back and has nothing to do with the date. */
  long nanos() {
    return System.nanoTime();
  }

  long stripe(int slot) {
    return stripes.get(slot);
  }

  /** Ends every copy of a slot; returns the new count. */
  long bump(int slot) {
    return stripes.incrementAndGet(slot);
  }

  long generation(int bucket) {
    return generations.get(bucket);
  }

  /** Ends every copy of a bucket. */
  void flush(int bucket) {
    generations.incrementAndGet(bucket);
  }

  /** When the heartbeat was sent that the lease of a bucket comes from, or {@link #NONE}. */
  long lease(int bucket) {
    return leases.get(bucket);
  }

  /** Only the receiver calls it. */
  void setLease(int bucket, long sentNanos) {
    leases.set(bucket, sentNanos);
  }
}
