package io.zeal.proofs.messages;

import io.zeal.proofs.Proof;
import java.util.List;

/** The proofs of reliable messages. */
public final class MessageProofs {

  private MessageProofs() {}

  /** All of them. */
  public static List<Proof> all() {
    return Scenario.ALL.stream().<Proof>map(MessagesProof::new).toList();
  }
}
