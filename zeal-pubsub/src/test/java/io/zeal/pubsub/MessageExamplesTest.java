package io.zeal.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class MessageExamplesTest {

  private static Zeal open() {
    return Zeal.open(ZealConfig.builder().set("zeal.backend", "table").build());
  }

  @Test
  void theRoomHearsWhatIsSaid() {
    try (Zeal zeal = open()) {
      List<String> shown = new CopyOnWriteArrayList<>();
      var room = MessageExamples.chat(zeal.pubSub(), shown::add, () -> {});
      Await.until("the subscription heard it", () -> shown.contains("hello"));
      room.close();
    }
  }

  @Test
  void ordersAreBilledOnceRejectedAndPublishedAnew() {
    try (Zeal zeal = open()) {
      ReliablePubSub orders = zeal.reliablePubSub();
      List<String> billed = new CopyOnWriteArrayList<>();
      MessageExamples.Billing billing =
          new MessageExamples.Billing() {
            @Override
            public boolean isOpen() {
              return true;
            }

            @Override
            public void bill(String id, String order) {
              billed.add(order);
            }
          };
      String id = MessageExamples.order(orders, "book".getBytes(UTF_8));
      assertThat(MessageExamples.order(orders, "book".getBytes(UTF_8))).isEqualTo(id);
      assertThat(MessageExamples.lag(orders)).isEqualTo(-1);
      String blank = orders.publish("orders", " ".getBytes(UTF_8));
      var consumer = MessageExamples.bill(orders, billing);
      Await.until(
          "the blank one is a dead letter",
          () -> orders.deadLetters("orders", "billing", "", 9).size() == 1);
      assertThat(orders.deadLetters("orders", "billing", "", 9).getFirst().messageId())
          .isEqualTo(blank);
      consumer.close();
      assertThat(billed).containsExactly("book");
      MessageExamples.again(orders);
      assertThat(orders.deadLetters("orders", "billing", "", 9)).isEmpty();
      assertThat(MessageExamples.lag(orders)).isEqualTo(1);
    }
  }

  @Test
  void whatIsPublishedAnewKeepsItsKeyAndMeetsNoLetterOfAnotherGroup() {
    try (Zeal zeal = open()) {
      ReliablePubSub orders = zeal.reliablePubSub();
      orders.publish("orders", "a".getBytes(UTF_8), PublishOptions.defaults().withKey("k"));
      // another group's letter, with an id of its own that is the same
      PublishOptions others = PublishOptions.defaults().withPublisherId("anew:1");
      orders.publish("orders", "b".getBytes(UTF_8), others);
      var consumer = orders.consume("orders", "billing", _ -> Ack.reject("no use"));
      Await.until("both are", () -> orders.deadLetters("orders", "billing", "", 9).size() == 2);
      consumer.close();

      MessageExamples.again(orders);

      List<String> heard = new CopyOnWriteArrayList<>();
      orders.consume(
          "orders",
          "later",
          one -> {
            heard.add(one.message().text() + one.key().orElse(""));
            return Ack.done();
          });
      Await.until("all are heard", () -> heard.size() == 4);
      assertThat(heard).containsExactly("ak", "b", "ak", "b");
    }
  }
}
