package io.zeal.proofs.messages;

import io.zeal.DeadLetter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a round.
 *
 * @param plan of its consumers
 * @param journal what the processes said
 * @param entries the messages that were seen in the stream, and their numbers
 * @param settledNanos per group, when it was recorded at the latest that it is through with one
 * @param burials per group, its dead letters, oldest first
 * @param reachable whether the server could be reached all the time
 */
record Evidence(
    Plan plan,
    Journal journal,
    Map<StreamId, Long> entries,
    Map<Group, Map<StreamId, Long>> settledNanos,
    Map<Group, List<Burial>> burials,
    boolean reachable) {

  /** A dead letter. */
  record Burial(
      String id, StreamId message, long number, long count, String reason, Optional<String> hash) {

    static Burial of(DeadLetter letter) {
      return new Burial(
          letter.id(),
          StreamId.of(letter.messageId()),
          Content.number(letter.message().payload()),
          letter.deliveryCount(),
          letter.reason(),
          letter.stackHash());
    }
  }
}
