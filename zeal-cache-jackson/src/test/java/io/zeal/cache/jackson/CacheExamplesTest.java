package io.zeal.cache.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.cache.jackson.CacheExamples.Database;
import io.zeal.cache.jackson.CacheExamples.DayCodec;
import io.zeal.cache.jackson.CacheExamples.User;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CacheExamplesTest {

  private final Database database = new Database();

  @Test
  void examplesRun() {
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.backend", "table")
            .set("zeal.cache.files", "false")
            .set("zeal.cache.codec", "jackson")
            .instance(JsonMapper.class, JsonMapper.builder().build())
            .build();
    try (Zeal zeal = Zeal.open(config)) {
      Cache users = CacheExamples.first(zeal, database);
      assertThat(users.contains("user:42")).isFalse();
      CacheExamples.capturing(users, database);
      assertThat(users.get("acme:42", User.class).toOptional()).contains(new User("acme", 42));
      CacheExamples.many(users, database);
      assertThat(users.contains("user:1")).isFalse();
      assertThat(users.contains("user:9")).isFalse();
    }
  }

  @Test
  void codecOfAnApplicationWritesWhatItReads() {
    ValueType<LocalDate> type = ValueType.of(LocalDate.class);
    DayCodec codec = new DayCodec();
    LocalDate day = LocalDate.of(2026, 1, 2);
    assertThat(codec.supports(type)).isTrue();
    assertThat(codec.decode(codec.encode(day, type), type)).isEqualTo(day);
  }
}
