package io.zeal.redis;

import java.util.List;

/**
 * The keys of a stream, all in one slot.
 *
 * @param base what they begin with
 */
record StreamKeys(String base) {

  static StreamKeys of(Names names, String stream) {
    return new StreamKeys(names.stream(stream));
  }

  /** The messages, with what each group has not settled. */
  byte[] messages() {
    return Names.bytes(base + "s");
  }

  /** The id that a publisher's id made. */
  byte[] publisher(String id) {
    return Names.bytes(base + "i:" + id);
  }

  Group group(String group) {
    return new Group(this, base + "g:" + Names.encoded(group) + ":", group);
  }

  /**
   * The keys of a group.
   *
   * @param stream those of its stream
   * @param base what its own begin with
   * @param name what it is called, also on the server
   */
  record Group(StreamKeys stream, String base, String name) {

    /** Consumers, each with when it is silent. */
    byte[] consumers() {
      return Names.bytes(base + "c");
    }

    /** Messages that come again, each with when it is due. */
    byte[] again() {
      return Names.bytes(base + "r");
    }

    /** Calls to look at those. */
    byte[] calls() {
      return Names.bytes(base + "w");
    }

    byte[] deadLetters() {
      return Names.bytes(base + "d");
    }

    byte[] numbers() {
      return Names.bytes(base + "n");
    }

    /** The stream's, and every key of the group. */
    List<byte[]> all() {
      return List.of(stream.messages(), consumers(), again(), calls(), deadLetters(), numbers());
    }

    /** The keys that every script about claims begins with, and these. */
    List<byte[]> withMessages(byte[]... more) {
      List<byte[]> keys = new java.util.ArrayList<>(3 + more.length);
      keys.add(stream.messages());
      keys.add(consumers());
      keys.add(again());
      keys.addAll(List.of(more));
      return keys;
    }
  }
}
