package io.zeal.proofs.cache;

/** Is told of every call before it begins and after it returned, in this order. */
interface Recorder {

  /**
   * A call begins.
   *
   * @param target the key or the tag; empty for all
   * @param version of the value that is put; 0 for none
   * @return the number of the call
   */
  long begin(Kind kind, String target, long version);

  /** A loader begins that will return this version. */
  void loading(String key, long version);

  /** A loader is about to throw instead. */
  void loadFailed(String key, long version);

  /** A call is over; {@code state} is what it answered, if it did. */
  void end(long call, Ending ending, State state);

  /** Something happened that must never. */
  void wrong(String what);
}
