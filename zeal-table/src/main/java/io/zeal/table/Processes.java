package io.zeal.table;

/** Who shares a table, and whether they are still there. */
interface Processes {

  /** This process's place. */
  int own();

  /** Which one in a row has a place now, or had it last. */
  long incarnation(int process);

  /**
   * Ends what a process left unfinished, if it is no longer there. Asks the system, so it is called
   * once one has waited for a while.
   */
  void probe(int process);

  /**
   * The number that the system gave another process which is an owner; 0 if that is this process,
   * or gone, or not known by that number here.
   */
  long pid(int owner);

  /** Ends what any process left unfinished that is no longer there. */
  void probeAll();

  /**
   * How many have a place, this one among them. One that is gone counts until somebody has noticed.
   */
  int taken();

  /**
   * Whether an owner is no longer there, and everything ended that it had an intent for: what it
   * holds beyond that may be taken.
   */
  default boolean isGone(int owner) {
    int incarnation = (int) (incarnation(Owner.process(owner)) & (Owner.INCARNATIONS - 1));
    return owner != Owner.NOBODY && incarnation != Owner.incarnation(owner);
  }

  /** A table in the memory of one process. */
  static Processes alone() {
    return new Processes() {
      @Override
      public int own() {
        return 0;
      }

      @Override
      public long incarnation(int process) {
        return 0;
      }

      @Override
      public long pid(int owner) {
        return 0;
      }

      @Override
      public int taken() {
        return 1;
      }

      @Override
      public void probe(int process) {}

      @Override
      public void probeAll() {}
    };
  }
}
