package io.zeal.demo;

import io.zeal.DeadLetter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /demo/pubsub}: a chat room, a queue of orders, and what this process received of both. */
final class MessageEndpoints {

  private static final int MOST_ORDERS = 100;
  private static final int MOST_DEAD_LETTERS = 100;
  private static final int MOST_ID = 100;
  private static final int MOST_REASON = 300;

  private final String server;
  private final Room room;
  private final Orders orders;
  private final MessageLog log;

  MessageEndpoints(String server, Room room, Orders orders, MessageLog log) {
    this.server = server;
    this.room = room;
    this.orders = orders;
    this.log = log;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/demo/pubsub/publish", this::publish);
    routes.add("POST", "/demo/pubsub/publish-reliable", this::publishReliable);
    routes.add("GET", "/demo/pubsub/log", this::log);
    routes.add("GET", "/demo/pubsub/orders", this::orders);
    routes.add("GET", "/demo/pubsub/dead-letters", this::deadLetters);
    routes.add("POST", "/demo/pubsub/dead-letters/publish", this::publishAnew);
    routes.add("POST", "/demo/pubsub/dead-letters/remove", this::remove);
  }

  /**
   * A publication.
   *
   * @param server the name of this demo
   * @param receivers how many subscriptions it had
   * @param exact whether that is all of them; otherwise they are those the server that answered
   *     knows of
   */
  record PublishedAnswer(String server, String receivers, boolean exact) {}

  private void publish(Exchange exchange) throws IOException {
    Body body = exchange.body("name", "text");
    String name = body.has("name") ? body.text("name", Room.MOST_NAME) : "somebody";
    long receivers = room.say(name, body.text("text", Room.MOST_TEXT));
    exchange.json(
        200, new PublishedAnswer(server, String.valueOf(receivers), room.countsExactly()));
  }

  /** The orders that were taken: the id of the first, and all in their order. */
  record OrderedAnswer(String id, List<String> ids) {}

  private void publishReliable(Exchange exchange) throws IOException {
    Body body = exchange.body("item", "answer", "times", "delayMillis", "workMillis", "orders");
    int copies = (int) body.whole("orders", 1, MOST_ORDERS, 1);
    List<String> ids = orders.take(Order.asked(body, server), copies);
    exchange.json(200, new OrderedAnswer(ids.getFirst(), ids));
  }

  /**
   * What this process received.
   *
   * @param server the name of this demo, another one after each start: then numbers begin anew
   * @param atWork how many orders are in its hands
   * @param last the number of the newest line there is
   * @param missed how many lines behind the number asked for are not among these
   */
  record LogAnswer(
      String server,
      Joined.State room,
      Joined.State orders,
      int atWork,
      List<MessageLog.Line> lines,
      String last,
      String missed) {}

  private void log(Exchange exchange) throws IOException {
    Query query = exchange.query("after", "limit");
    int limit = query.number("limit", 1, MessageLog.CAPACITY, 50);
    MessageLog.Lines lines = log.behind(query.position("after"), limit);
    exchange.json(
        200,
        new LogAnswer(
            server,
            room.state(),
            orders.state(),
            orders.atWork(),
            lines.lines(),
            lines.last(),
            lines.missed()));
  }

  /**
   * The group of all demos on the backend.
   *
   * @param lag orders nobody has claimed yet
   * @param pending orders that are claimed, or wait to be delivered again
   * @param oldestMillis the age of the oldest of both
   */
  record OrdersAnswer(
      String lag, String pending, String oldestMillis, String retries, String deadLetters) {}

  private void orders(Exchange exchange) throws IOException {
    var _ = exchange.query();
    Map<String, Long> numbers = orders.numbers();
    exchange.json(
        200,
        new OrdersAnswer(
            number(numbers, "lag"),
            number(numbers, "pending"),
            number(numbers, "oldestMillis"),
            number(numbers, "retries"),
            number(numbers, "deadLetters")));
  }

  private static String number(Map<String, Long> numbers, String name) {
    return String.valueOf(numbers.getOrDefault(name, 0L));
  }

  /**
   * A dead letter.
   *
   * @param id its own
   * @param messageId that of the message in its stream
   * @param item what was ordered; absent if it is no order of the demo
   * @param takenBy the demo that took the order; absent with it
   * @param reason why it was given up
   * @param stackHash the same for every error from the same lines; absent if no handler threw
   */
  record DeadAnswer(
      String id,
      String messageId,
      @Nullable String item,
      @Nullable String takenBy,
      String deliveryCount,
      String reason,
      @Nullable String stackHash,
      String buriedAtMillis) {

    static DeadAnswer of(DeadLetter letter) {
      Order order = Orders.read(letter).orElse(null);
      return new DeadAnswer(
          letter.id(),
          letter.messageId(),
          order == null ? null : order.item(),
          order == null ? null : order.server(),
          String.valueOf(letter.deliveryCount()),
          shortened(letter.reason()),
          letter.stackHash().orElse(null),
          String.valueOf(letter.buriedAt().toEpochMilli()));
    }

    private static String shortened(String reason) {
      return reason.length() <= MOST_REASON ? reason : reason.substring(0, MOST_REASON) + "…";
    }
  }

  record DeadLettersAnswer(List<DeadAnswer> deadLetters) {}

  private void deadLetters(Exchange exchange) throws IOException {
    Query query = exchange.query("after", "limit");
    int limit = query.number("limit", 1, MOST_DEAD_LETTERS, 20);
    List<DeadLetter> letters = orders.deadLetters(query.find("after").orElse(""), limit);
    exchange.json(200, new DeadLettersAnswer(letters.stream().map(DeadAnswer::of).toList()));
  }

  /** The new message's id. */
  record AnewAnswer(String id) {}

  private void publishAnew(Exchange exchange) throws IOException {
    exchange.json(200, new AnewAnswer(orders.publishAnew(exchange.body("id").text("id", MOST_ID))));
  }

  record RemovedAnswer(String id) {}

  private void remove(Exchange exchange) throws IOException {
    String id = exchange.body("id").text("id", MOST_ID);
    if (!orders.removeDeadLetter(id)) {
      throw Orders.absent();
    }
    exchange.json(200, new RemovedAnswer(id));
  }
}
