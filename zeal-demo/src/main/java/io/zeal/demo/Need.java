package io.zeal.demo;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.UnsupportedCapabilityException;
import java.util.List;
import java.util.Optional;

/**
 * What a part of the page needs and not every backend has. The page asks before it offers that
 * part, and shows the sentence that a request for it would end in.
 */
enum Need {
  /** The rows of a store, page by page. */
  LISTING(Capability.PAGE, "Rows cannot be listed", "table, redis, tiered"),
  /** How many rows a store has. */
  COUNTING(Capability.COUNT, "Rows cannot be counted", "table, redis, tiered"),
  /** A store's capacity, and what it does when it is full. */
  BOUNDING(Capability.BOUNDED_ROWS, "A store cannot be bounded to a number of rows", "table"),
  /** A counter below zero. */
  NEGATIVE(Capability.NEGATIVE_COUNTERS, "Counters cannot go below zero", "table, redis, tiered"),
  /** The chat room. */
  ROOM(Capability.PUB_SUB, "There is no chat room", "table, redis, tiered"),
  /** The queue of orders. */
  QUEUE(Capability.RELIABLE_PUB_SUB, "There is no queue of orders", "table, redis, tiered"),
  /** Servers with copies of one row. */
  COPIES(Capability.CACHED_READS, "No server keeps copies", "tiered");

  private final Capability capability;
  private final String consequence;
  private final String backends;

  Need(Capability capability, String consequence, String backends) {
    this.capability = capability;
    this.consequence = consequence;
    this.backends = backends;
  }

  Capability capability() {
    return capability;
  }

  /** The backends of the demo that have it. */
  List<String> backends() {
    return List.of(backends.split(", "));
  }

  boolean isMetBy(BackendInfo backend) {
    return backend.can(capability);
  }

  /**
   * Refuses what the backend cannot serve.
   *
   * @throws UnsupportedCapabilityException in words about the page
   */
  void require(BackendInfo backend) {
    refusal(backend)
        .ifPresent(refusal -> {
          throw refusal;
        });
  }

  /** What a request that needs it ends in; empty if the backend has it. */
  Optional<UnsupportedCapabilityException> refusal(BackendInfo backend) {
    if (isMetBy(backend)) {
      return Optional.empty();
    }
    return Optional.of(
        new UnsupportedCapabilityException(
            capability,
            consequence
                + ": the backend '"
                + backend.name()
                + "' has no "
                + capability
                + ". Start the demo on one that has it: "
                + backendsBeside(backend)
                + "."));
  }

  /** A table that processes share has less than one of a process alone, and the same name. */
  private String backendsBeside(BackendInfo backend) {
    return backend.scope() == BackendInfo.Scope.HOST
        ? backends.replace("table", "table without zeal.table.directory")
        : backends;
  }
}
