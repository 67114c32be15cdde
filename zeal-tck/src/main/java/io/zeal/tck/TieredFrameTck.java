package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.ReadOptions;
import io.zeal.Script;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Copies: who is believed, what they are made of, and scripts ({@code docs/contract/tiered.md}, T6
 * to T8). For backends with {@code Capability.CACHED_READS} over a far level that others share.
 */
public abstract class TieredFrameTck extends TieredKit {

  private static final String UNSIGNED = "ZEAL-F501";
  private static final String REFUSED = "ZEAL-F502";

  private static final String SPRING = "spring-0123456789";
  private static final String SUMMER = "summer-0123456789";

  /** For a subclass in the backend's tests. */
  protected TieredFrameTck() {}

  private static UnaryOperator<ZealConfig.Builder> signing(String secret) {
    return config -> config.set(SECRET, secret);
  }

  private static UnaryOperator<ZealConfig.Builder> signing(String secret, String previous) {
    return config -> config.set(SECRET, secret).set(PREVIOUS_SECRET, previous);
  }

  /** A new store of an instance that has settings of its own. */
  private Node<Player> node(UnaryOperator<ZealConfig.Builder> settings) {
    return node(openAnother(settings), freshName(), Player.SCHEMA);
  }

  // T6: frames

  @Test
  final void t6_2_framesShowNeitherKeysNorValues() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    one.store.put("hidden-key", new Player("hidden-value", 1));
    copied("T6.2", two, "hidden-key"); // whoever has copies listens
    one.store.put("hidden-key", new Player("hidden-value", 2));
    two.line.awaitHeard("T6.2", one.line);
    assertThat(two.messages().heard())
        .as("T6.2 messages")
        .noneMatch(message -> new String(message, StandardCharsets.ISO_8859_1).contains("hidden"));
  }

  @Test
  final void t6_3_whoSignsWithAnotherSecretIsRefusedAndReported() {
    Node<Player> one = node(signing(SPRING));
    Node<Player> two = peer(one, signing(SUMMER));
    Node<Player> unsigned = peer(one);
    for (Node<Player> stranger : List.of(one, unsigned)) {
      stranger.store.put("k", player(1));
      copied("T6.3", two, "k");
      stranger.store.put("k", player(2));
      awaitScore("T6.3", two, "k", 2); // by the next heartbeat
    }
    assertThat(hasFinding(two.zeal, REFUSED)).as("T6.3 the finding %s", REFUSED).isTrue();
    assertThat(two.zeal.inspect() + " " + two.zeal.stats() + " " + two.zeal)
        .as("T6.3 what is shown")
        .doesNotContain(SPRING, SUMMER);
  }

  @Test
  final void t6_4_aSecretIsExchangedWhileInstancesRun() {
    Node<Player> one = node(signing(SPRING, SUMMER));
    Node<Player> two = peer(one, signing(SUMMER, SPRING));
    one.store.put("k", player(1));
    copied("T6.4", one, "k");
    copied("T6.4", two, "k");
    one.line.stopHeartbeats();
    two.line.stopHeartbeats();
    one.store.put("k", player(2));
    awaitScore("T6.4", two, "k", 2);
    two.store.put("k", player(3));
    awaitScore("T6.4", one, "k", 3);
    assertThat(hasFinding(two.zeal, REFUSED)).as("T6.4 the finding %s", REFUSED).isFalse();
  }

  @Test
  final void t6_5_secretsThatCannotBeRightAreRefused() {
    first();
    refusedSecret("T6.5 a secret of 15 bytes", config -> config.set(SECRET, "123456789012345"));
    refusedSecret(
        "T6.5 a previous secret of 15 bytes",
        config -> config.set(SECRET, SUMMER).set(PREVIOUS_SECRET, "123456789012345"));
    refusedSecret(
        "T6.5 a previous secret alone", config -> config.set(PREVIOUS_SECRET, "123456789012345"));
  }

  private void refusedSecret(String what, UnaryOperator<ZealConfig.Builder> settings) {
    ConfigurationException error =
        refused(
            what,
            ConfigurationException.class,
            ErrorCode.INVALID_SETTING,
            () -> openAnother(settings));
    assertThat(error.getMessage()).as("%s: the message", what).doesNotContain("12345");
  }

  @Test
  final void t6_6_notToSignIsAFinding() {
    Node<Player> unsigned = first();
    Node<Player> signed = node(signing(SPRING));
    assertThat(hasFinding(unsigned.zeal, UNSIGNED)).as("T6.6 %s, unsigned", UNSIGNED).isTrue();
    assertThat(hasFinding(signed.zeal, UNSIGNED)).as("T6.6 %s, signed", UNSIGNED).isFalse();
  }

  @Test
  final void t6_7_aForgedMessageEndsNothing() {
    Node<Player> one = node(signing(SPRING));
    Node<Player> two = peer(one, signing(SPRING));
    byte[] message = heard("T6.7", one, two);
    copied("T6.7", two, "k");
    List<Sequence> trailer = Sequence.read(message);
    byte[] frame = Sequence.frame(message);
    for (int place = 0; place < frame.length; place++) {
      byte[] forged = frame.clone();
      forged[place] ^= 1;
      two.messages().forge(Sequence.append(forged, trailer));
    }
    for (byte[] forged : List.of(new byte[0], new byte[] {1, 2, 3}, new byte[100], frame)) {
      two.messages().forge(forged);
    }
    assertUndisturbed("T6.7", one, two);
  }

  @Test
  final void t6_8_aRepeatedMessageEndsNothing() {
    Node<Player> one = node(signing(SPRING));
    Node<Player> two = peer(one, signing(SPRING));
    byte[] message = heard("T6.8", one, two);
    copied("T6.8", two, "k");
    for (int ahead : new int[] {0, 1, 5, -1}) {
      two.messages().forge(withNumbersAhead(message, ahead));
    }
    assertUndisturbed("T6.8", one, two);
  }

  @Test
  final void t6_9_aRepeatedHeartbeatWithOtherNumbersEndsCopies() {
    Node<Player> node = node(signing(SPRING));
    node.store.put("k", player(1));
    copied("T6.9", node, "k");
    node.line.stopHeartbeats();
    for (byte[] message : List.copyOf(node.messages().heard())) {
      node.messages().forge(withNumbersAhead(message, 1));
    }
    assertThat(node.read("k"))
        .as("T6.9 the row behind a heartbeat that came again with other numbers")
        .matches(read -> !isCopy(read) && read.value().equals(player(1)));
  }

  private static byte[] withNumbersAhead(byte[] message, int ahead) {
    return FarLine.withTrailer(
        message,
        sequence -> new Sequence(sequence.bucket(), sequence.epoch(), sequence.number() + ahead));
  }

  /** A message of {@code one} that {@code two} heard; whoever has copies listens. */
  private byte[] heard(String rule, Node<Player> one, Node<Player> two) {
    one.store.put("k", player(0));
    copied(rule, two, "k");
    one.store.put("k", player(1));
    two.line.awaitHeard(rule, one.line);
    return two.line.messageOf(one.line);
  }

  private void assertUndisturbed(String rule, Node<Player> one, Node<Player> two) {
    assertThat(two.read("k"))
        .as("%s the row, from the copy", rule)
        .matches(read -> isCopy(read) && read.value().equals(player(1)));
    two.line.stopHeartbeats();
    one.store.put("k", player(2));
    awaitScore(rule, two, "k", 2);
  }

  // T7: levels

  @Test
  final void t7_2_aFarLevelThatCannotAnnounceIsRefused() {
    first();
    for (Capability needed : List.of(Capability.ANNOUNCE, Capability.PUB_SUB)) {
      UnsupportedCapabilityException error =
          refused(
              "T7.2 a far level without " + needed,
              UnsupportedCapabilityException.class,
              () -> openPrepared(line -> line.hide(needed)));
      assertThat(error.capability()).as("T7.2 what the error names").isEqualTo(needed);
    }
  }

  @Test
  final void t7_3_itSaysThatItKeepsCopies() {
    Node<Player> node = first();
    assertThat(zeal().info().capabilities())
        .as("T7.3 capabilities")
        .contains(Capability.CACHED_READS)
        .doesNotContain(Capability.ANNOUNCE, Capability.INJECTED_CLOCK, Capability.BOUNDED_ROWS);
    StoreOptions asking = options().requesting(Capability.CACHED_READS);
    zeal().store(node.store.name(), Player.SCHEMA, asking).put("k", player(1));
    copied("T7.3", node, "k");
    node.putPast("k", player(2));
    assertThat(zeal().store(node.store.name(), Player.SCHEMA, asking).get("k"))
        .as("T7.3 the copy, of a store that asks for copies")
        .contains(player(1));
  }

  // T8: scripts

  @Test
  final void t8_1_aScriptOnAStoreThatIsNotOpenIsRefused() {
    requires(Capability.SCRIPTS);
    Node<Player> one = first();
    Zeal other = openAnother();
    Script script = Script.of("return 1").touching(one.store.name());
    refused(
        "T8.1 a script that touches a store that this instance did not open",
        InvalidArgumentException.class,
        ErrorCode.INVALID_ARGUMENT,
        () -> other.scripts().run(script, List.of(), List.of()));
  }

  @Test
  final void t8_2_aScriptEndsTheCopiesOfWhatItTouches() {
    requires(Capability.SCRIPTS);
    Node<Player> node = first();
    node.store.put("k", player(1));
    copied("T8.2", node, "k");
    node.putPast("k", player(2));
    runTouching(node);
    assertThat(node.store.read("k", ReadOptions.defaults()).orElseThrow())
        .as("T8.2 the row behind a script, from the far level")
        .matches(read -> !isCopy(read) && read.value().equals(player(2)));
  }

  @Test
  final void t8_2_aScriptWithoutKeysEndsTheCopiesOfOthers() {
    requires(Capability.SCRIPTS);
    Node<Player> one = first();
    Node<Player> two = peer(one);
    List<String> keys = IntStream.range(0, 8).mapToObj(i -> "k" + i).toList();
    for (String key : keys) {
      one.store.put(key, player(1));
      copied("T8.2", two, key);
    }
    two.line.stopHeartbeats(); // from here on only messages say that something changed
    Map<String, Long> scores = new HashMap<>();
    for (String key : keys) {
      await(
          "T8.2 a copy at a peer that is older than its row",
          () -> {
            copied("T8.2", two, key); // which the message of the put may still end
            long score = scores.merge(key, 2L, (before, any) -> before + 1);
            one.putPast(key, player(score));
            return two.get(key).score() < score;
          });
    }
    runTouching(one);
    scores.forEach((key, score) -> awaitScore("T8.2", two, key, score));
  }

  /** The far level may refuse it, since it is given no keys. */
  private static void runTouching(Node<Player> node) {
    Script script = Script.of("return 1").touching(node.store.name());
    try {
      var _ = node.zeal.scripts().run(script, List.of(), List.of());
    } catch (InvalidArgumentException e) {
      assumeTrue(false, "a script without keys of the store is refused: " + e.getMessage());
    }
  }
}
