package io.zeal.verification.servers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The cluster as one of its nodes sees it: what CLUSTER NODES says. */
record ClusterView(List<Node> nodes) {

  record Node(String id, Set<String> flags, String masterId, boolean isLinked, List<Range> slots) {

    boolean isMaster() {
      return flags.contains("master");
    }

    boolean isWell() {
      return isLinked
          && flags.stream().allMatch(it -> Set.of("myself", "master", "slave").contains(it));
    }

    boolean owns(int slot) {
      return slots.stream().anyMatch(it -> it.first() <= slot && slot <= it.last());
    }
  }

  record Range(int first, int last) {

    static Range parse(String text) {
      var ends = text.split("-", -1);
      return new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }
  }

  static ClusterView of(RedisServer node) {
    var text = String.valueOf(node.command("CLUSTER", "NODES"));
    return new ClusterView(text.lines().map(ClusterView::parse).toList());
  }

  private static Node parse(String line) {
    var words = line.split(" ", -1);
    var slots =
        Arrays.stream(words)
            .skip(8)
            // A slot that moves is listed in brackets, too.
            .filter(it -> !it.isEmpty() && !it.startsWith("["))
            .map(Range::parse)
            .toList();
    return new Node(
        words[0], Set.of(words[2].split(",", -1)), words[3], words[7].equals("connected"), slots);
  }

  Optional<Node> node(String id) {
    return nodes.stream().filter(it -> it.id().equals(id)).findFirst();
  }

  Optional<String> ownerOf(int slot) {
    return nodes.stream().filter(it -> it.isMaster() && it.owns(slot)).map(Node::id).findFirst();
  }
}
