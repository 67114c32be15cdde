package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class StoreEndpointsTest {

  @AutoClose private final RunningDemo demo = new RunningDemo();

  @Test
  void aNewDemoHasOneStoreWithRows() {
    var answer = demo.get("/demo/stores");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/stores")).hasSize(1);
    assertThat(answer.text("/stores/0/name")).isEqualTo("players");
    assertThat(answer.text("/stores/0/rows")).isEqualTo("48");
    assertThat(answer.text("/columns/1/name")).isEqualTo("score");
    assertThat(answer.text("/columns/1/type")).isEqualTo("LONG");
  }

  @Test
  void aStoreIsMadeOnceAndFoundAgain() {
    String body =
        """
        {"name": "sessions", "ttlMillis": 60000, "capacity": 500, "overflow": "EVICT"}\
        """;
    var made = demo.post("/demo/stores", body);
    var found = demo.post("/demo/stores", body);
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.text("/ttlMillis")).isEqualTo("60000");
    assertThat(made.text("/capacity")).isEqualTo("500");
    assertThat(made.text("/overflow")).isEqualTo("EVICT");
    assertThat(made.text("/rows")).isEqualTo("0");
    assertThat(found.status()).isEqualTo(200);
    assertThat(demo.get("/demo/stores").json().at("/stores")).hasSize(2);
  }

  @Test
  void anotherCapacityForAStoreThatExistsIsAConflict() {
    demo.post("/demo/stores", "{\"name\": \"jobs\", \"capacity\": 10}");
    var answer = demo.post("/demo/stores", "{\"name\": \"jobs\", \"capacity\": 11}");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("ZEAL-203");
  }

  @Test
  void aNameThatIsTooLongBehindThePagesPrefixIsRefusedAsItWasTyped() {
    String typed = "é".repeat(26) + "xx";
    var answer = demo.post("/demo/stores", "{\"name\": \"" + typed + "\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("ZEAL-212");
    assertThat(answer.message())
        .startsWith("The name '" + typed + "' is 54 bytes")
        .endsWith("use 1 to 53 bytes.");

    String fits = "{\"name\": \"" + typed.substring(1) + "\"}";
    assertThat(demo.post("/demo/stores", fits).status()).isEqualTo(201);
  }

  @Test
  void aNameThatZealRefusesIsABadRequestWithZealsCode() {
    var answer = demo.post("/demo/stores", "{\"name\": \"" + "\\ud800\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("ZEAL-212");
  }

  @Test
  void aStoreNeedsAName() {
    var empty = demo.post("/demo/stores", "{\"name\": \"\"}");
    var absent = demo.post("/demo/stores", "{}");
    assertThat(empty.status()).isEqualTo(400);
    assertThat(absent.status()).isEqualTo(400);
    assertThat(absent.message()).isEqualTo("The field 'name' is missing.");
  }

  @Test
  void aFieldOutsideItsRangeIsNamed() {
    assertThat(demo.post("/demo/stores", "{\"name\": \"a\", \"capacity\": 0}").message())
        .contains("'capacity'", "from 1");
    assertThat(demo.post("/demo/stores", "{\"name\": \"a\", \"ttlMillis\": -1}").message())
        .contains("'ttlMillis'", "from 0");
    assertThat(demo.post("/demo/stores", "{\"name\": \"a\", \"ttlMillis\": 1.5}").message())
        .contains("'ttlMillis'", "whole number");
    assertThat(demo.post("/demo/stores", "{\"name\": \"a\", \"overflow\": \"GROW\"}").message())
        .contains("'overflow'", "REJECT or EVICT");
    assertThat(demo.post("/demo/stores", "{\"name\": \"a\", \"size\": 1}").message())
        .contains("'size'", "capacity");
  }

  @Test
  void whatCannotFitInMemoryIsRefusedBeforeTheFirstWrite() {
    var answer =
        demo.post("/demo/stores", "{\"name\": \"all\", \"capacity\": \"9000000000000000\"}");
    assertThat(answer.status()).isEqualTo(507);
    assertThat(answer.code()).isEqualTo("ZEAL-304");
    assertThat(demo.get("/demo/stores").json().at("/stores")).hasSize(1);
  }

  @Test
  void fillingAddsNewRowsEachTime() {
    var first = demo.post("/demo/stores/fill", "{\"store\": \"players\", \"rows\": 700}");
    var second = demo.post("/demo/stores/fill", "{\"store\": \"players\", \"rows\": \"52\"}");
    assertThat(first.text("/written")).isEqualTo("700");
    assertThat(second.text("/written")).isEqualTo("52");
    assertThat(first.text("/key")).isEqualTo("player-00049");
    assertThat(first.text("/refusal")).isEqualTo("(absent)");
    assertThat(demo.get("/demo/stores").text("/stores/0/rows")).isEqualTo("800");
  }

  @Test
  void aFullStoreSaysHowFarTheFillingCame() {
    demo.post("/demo/stores", "{\"name\": \"small\", \"capacity\": 30}");
    var answer = demo.post("/demo/stores/fill", "{\"store\": \"small\", \"rows\": 50}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/written")).isEqualTo("30");
    assertThat(answer.text("/refusal/code")).isEqualTo("ZEAL-301");
  }

  @Test
  void clearingRemovesTheRowsOfThatStoreOnly() {
    demo.post("/demo/stores", "{\"name\": \"other\"}");
    demo.post("/demo/stores/fill", "{\"store\": \"other\", \"rows\": 5}");
    var answer = demo.post("/demo/stores/clear", "{\"store\": \"players\"}");
    var stores = demo.get("/demo/stores");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(stores.text("/stores/0/rows")).isEqualTo("0");
    assertThat(stores.text("/stores/1/rows")).isEqualTo("5");
  }

  @Test
  void aStoreThatWasNotMadeIsNotFound() {
    var answer = demo.post("/demo/stores/clear", "{\"store\": \"nowhere\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).contains("'nowhere'");
  }

  @Test
  void theListIsFullAtSixtyFour() {
    for (int i = 1; i < 64; i++) {
      assertThat(demo.post("/demo/stores", "{\"name\": \"s" + i + "\", \"capacity\": 1}").status())
          .isEqualTo(201);
    }
    var answer = demo.post("/demo/stores", "{\"name\": \"one more\", \"capacity\": 1}");
    assertThat(answer.status()).isEqualTo(507);
    assertThat(answer.code()).isEqualTo("DEMO-507");
  }
}
