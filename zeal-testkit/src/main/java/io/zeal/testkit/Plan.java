package io.zeal.testkit;

/** What is switched on. Immutable. */
record Plan(
    Chances<CallFault> calls,
    Chances<Fault> messages,
    Span latency,
    Span messageLatency,
    Partition partition) {

  static final Plan CALM =
      new Plan(Chances.none(), Chances.none(), Span.NONE, Span.NONE, Partition.NONE);

  Plan withCalls(Chances<CallFault> next) {
    return new Plan(next, messages, latency, messageLatency, partition);
  }

  Plan withMessages(Chances<Fault> next) {
    return new Plan(calls, next, latency, messageLatency, partition);
  }

  Plan withLatency(Span next) {
    return new Plan(calls, messages, next, messageLatency, partition);
  }

  Plan withMessageLatency(Span next) {
    return new Plan(calls, messages, latency, next, partition);
  }

  Plan withPartition(Partition next) {
    return new Plan(calls, messages, latency, messageLatency, next);
  }

  /** Whether calls go through as if nothing were here. */
  boolean sparesCalls() {
    return calls.isEmpty() && latency.isZero() && !isCut();
  }

  /** Whether messages do. */
  boolean sparesMessages() {
    return messages.isEmpty() && messageLatency.isZero() && !isCut();
  }

  boolean isCut() {
    return partition != Partition.NONE;
  }
}
