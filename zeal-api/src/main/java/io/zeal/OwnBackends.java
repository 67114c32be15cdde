package io.zeal;

/**
 * Which of Zeal's own backends have a capability: where a refusal sends its reader. None of them is
 * known here in any other way; {@code RefusalsTest} of {@code verification/redis-drivers} compares
 * this with what they claim.
 */
final class OwnBackends {

  private OwnBackends() {}

  /** A sentence that names them; where it depends on more than that, on what. */
  static String with(Capability capability) {
    return "Zeal's own backends with " + capability + ": " + names(capability) + ".";
  }

  private static String names(Capability capability) {
    return switch (capability) {
      case COUNT, PAGE, NEGATIVE_COUNTERS -> "table, redis, tiered";
      case EXACT_COUNT -> "table; redis and tiered on servers that do not evict";
      case CLEAR, COUNTERS -> "table, redis, tiered, memcached";
      case BOUNDED_ROWS, INJECTED_CLOCK -> "table";
      case PUB_SUB, RELIABLE_PUB_SUB ->
          "redis, tiered; table with io.zeal:zeal-pubsub, within one process";
      case EXACT_RECEIVERS -> "table with io.zeal:zeal-pubsub, within one process";
      case DURABLE_MESSAGES, SCRIPTS -> "redis, tiered";
      case ANNOUNCE -> "redis without sharded channels";
      case CACHED_READS -> "tiered";
      case READ_FALLBACK ->
          "none alone; io.zeal:zeal-resilience gives it to those of scope CLUSTER that keep no"
              + " copies";
    };
  }
}
