package io.zeal.tiered;

/** What goes wrong in a run, and how often; nothing at first. Built once, then only read. */
final class Faults {

  /** What instances notice of a server that went back. */
  enum Failover {
    /** Their connections break. */
    BREAKS,
    /** Nothing, but the next heartbeat finds another epoch. */
    CHANGES_EPOCH,
    /** Nothing but the numbers; where those happen to fit, the connection breaks. */
    SHOWS_IN_NUMBERS
  }

  private double pausing;
  private double drop;
  private double duplicate;
  private double delay;
  private boolean reorder;
  private double lost;
  private double slow;
  private double outages;
  private double failovers;
  private Failover failover = Failover.BREAKS;
  private double epochs;
  private int forgeries;

  static Faults none() {
    return new Faults();
  }

  /** Threads stop at a step for up to 30 s. */
  Faults pausing(double often) {
    pausing = often;
    return this;
  }

  /**
   * Messages to one instance are lost, come twice, or take up to 30 s; those behind such a one wait
   * or pass it.
   */
  Faults network(double dropped, double duplicated, double delayed, boolean passing) {
    drop = dropped;
    duplicate = duplicated;
    delay = delayed;
    reorder = passing;
    return this;
  }

  /**
   * Calls end in an error and happened, or not, or will; or take up to 6 s on one of their ways.
   */
  Faults calls(double lostOnes, double slowOnes) {
    lost = lostOnes;
    slow = slowOnes;
    return this;
  }

  /** Subscriptions end and come back, so often a second. */
  Faults outages(double often) {
    outages = often;
    return this;
  }

  /** The server goes back by some steps, so often a second. */
  Faults failovers(double often, Failover kind) {
    failovers = often;
    failover = kind;
    return this;
  }

  /** A bucket's count is lost, so often a second. */
  Faults epochs(double often) {
    epochs = often;
    return this;
  }

  /** So many messages each tenth of a second come again with another trailer. */
  Faults forgeries(int many) {
    forgeries = many;
    return this;
  }

  double pausing() {
    return pausing;
  }

  double drop() {
    return drop;
  }

  double duplicate() {
    return duplicate;
  }

  double delay() {
    return delay;
  }

  boolean reorder() {
    return reorder;
  }

  double lost() {
    return lost;
  }

  double slow() {
    return slow;
  }

  double outages() {
    return outages;
  }

  double failovers() {
    return failovers;
  }

  Failover failover() {
    return failover;
  }

  double epochs() {
    return epochs;
  }

  int forgeries() {
    return forgeries;
  }

  /** Signing takes time, so only the runs with forgeries do. */
  boolean signed() {
    return forgeries > 0;
  }
}
