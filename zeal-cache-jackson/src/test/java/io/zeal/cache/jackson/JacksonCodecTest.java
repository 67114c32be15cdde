package io.zeal.cache.jackson;

import static io.zeal.cache.jackson.JacksonContext.codec;
import static io.zeal.cache.jackson.JacksonContext.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.zeal.Codec;
import io.zeal.CodecException;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.ValueType;
import io.zeal.ZealException;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

class JacksonCodecTest {

  enum Level {
    LOW,
    HIGH;

    /** For people, and by no means what is stored. */
    @Override
    public String toString() {
      return "a level";
    }
  }

  record User(String name, @Nullable Integer age, Optional<String> mail, Level level) {}

  record Team(String name, List<User> users, Map<String, User> byMail, Set<Level> levels) {}

  record Times(
      Instant instant,
      LocalDate date,
      LocalTime time,
      LocalDateTime dateTime,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      Duration duration,
      Year year,
      ZoneId zone,
      DayOfWeek day) {}

  private static final ValueType<User> USER = ValueType.of(User.class);
  private static final User ALICE = new User("Alice", 42, Optional.of("a@example.com"), Level.HIGH);
  private static final User BOB = new User("Bob", null, Optional.empty(), Level.LOW);
  private static final Times TIMES =
      new Times(
          Instant.parse("2026-01-02T03:04:05.123456789Z"),
          LocalDate.of(2026, 1, 2),
          LocalTime.of(3, 4, 5, 6),
          LocalDateTime.of(2026, 1, 2, 3, 4),
          OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(5)),
          ZonedDateTime.of(2026, 7, 2, 3, 4, 5, 0, ZoneId.of("Europe/Berlin")),
          Duration.ofSeconds(90, 5),
          Year.of(2026),
          ZoneId.of("Europe/Berlin"),
          DayOfWeek.FRIDAY);

  @Test
  void recordsRoundTripWithNullsOptionalsAndEnums() {
    assertRoundTrip(ALICE, USER);
    assertRoundTrip(BOB, USER);
  }

  @Test
  void recordsOfRecordsRoundTrip() {
    assertRoundTrip(
        new Team("red", List.of(ALICE, BOB), Map.of("a@example.com", ALICE), Set.of(Level.HIGH)),
        ValueType.of(Team.class));
  }

  @Test
  void elementsOfGenericTypesComeBackAsWhatTheyWere() {
    assertRoundTrip(List.of(ALICE, BOB), new ValueType<List<User>>() {});
    assertRoundTrip(Map.of("a", List.of(ALICE)), new ValueType<Map<String, List<User>>>() {});
    assertRoundTrip(Optional.of(ALICE), new ValueType<Optional<User>>() {});
    assertRoundTrip(Map.of(Level.LOW, 1L), new ValueType<Map<Level, Long>>() {});
    assertRoundTrip(Set.of(UUID.randomUUID()), new ValueType<Set<? extends UUID>>() {});
  }

  @Test
  void datesRoundTripWithTheirOffsetsAndZones() {
    assertRoundTrip(TIMES, ValueType.of(Times.class));
  }

  @Test
  void numbersRoundTripExactly() {
    assertRoundTrip(Integer.MIN_VALUE, ValueType.of(Integer.class));
    assertRoundTrip(Double.MIN_VALUE, ValueType.of(Double.class));
    assertRoundTrip(Double.NaN, ValueType.of(Double.class));
    assertRoundTrip(new BigDecimal("1.10"), ValueType.of(BigDecimal.class));
    assertRoundTrip(List.of(Long.MAX_VALUE), new ValueType<List<Long>>() {});
  }

  /** A class in the way it was written before there were records. */
  static final class Bean {
    private String name = "";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  @Test
  void beansRoundTrip() {
    Bean bean = new Bean();
    bean.setName("x");

    byte[] bytes = codec().encode(bean, ValueType.of(Bean.class));

    assertThat(codec().decode(bytes, ValueType.of(Bean.class)).getName()).isEqualTo("x");
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  sealed interface Shape {}

  record Circle(double radius) implements Shape {}

  record Square(double side) implements Shape {}

  @Test
  void subtypesAreNamedByAnnotations() {
    assertRoundTrip(new Circle(2), ValueType.of(Shape.class));
    assertRoundTrip(List.of(new Circle(2), new Square(3)), new ValueType<List<Shape>>() {});
  }

  /** What is stored on servers and disks: later releases have to read it, and write the same. */
  @Test
  void bytesAreTheSameInEveryRelease() {
    Map<String, User> users = new LinkedHashMap<>();
    users.put("a", ALICE);
    users.put("b", BOB);
    String golden =
        """
        {"a":{"name":"Alice","age":42,"mail":"a@example.com","level":"HIGH"},\
        "b":{"name":"Bob","age":null,"mail":null,"level":"LOW"}}\
        """;
    ValueType<Map<String, User>> type = new ValueType<>() {};

    assertThat(json(users, type)).isEqualTo(golden);
    assertThat(codec().decode(stored(golden, type), type)).isEqualTo(users);
  }

  @Test
  void bytesOfDatesAreTheSameInEveryRelease() {
    String golden =
        """
        {"instant":"2026-01-02T03:04:05.123456789Z","date":"2026-01-02",\
        "time":"03:04:05.000000006","dateTime":"2026-01-02T03:04:00",\
        "offset":"2026-01-02T03:04:05+05:00",\
        "zoned":"2026-07-02T03:04:05+02:00[Europe/Berlin]","duration":"PT1M30.000000005S",\
        "year":2026,"zone":"Europe/Berlin","day":"FRIDAY"}\
        """;

    assertThat(json(TIMES, ValueType.of(Times.class))).isEqualTo(golden);
    assertThat(codec().decode(stored(golden, ValueType.of(Times.class)), ValueType.of(Times.class)))
        .isEqualTo(TIMES);
  }

  /**
   * What is stored begins with them, so neither the hash nor the name that is hashed may ever
   * change.
   */
  @Test
  void fingerprintsOfTypesAreTheSameInEveryRelease() {
    assertFingerprint("9cf4fafb20f0dbe0", ValueType.of(LocalDate.class));
    assertFingerprint("6b0c70f73f32ab70", new ValueType<Map<String, List<LocalDate>>>() {});
    assertFingerprint("f8ae09eda2d0eee4", new ValueType<List<LocalDate>[]>() {});
    assertFingerprint("f718d44a9c280536", new ValueType<Set<? extends UUID>>() {});
    assertFingerprint("983723a467fa38ab", new ValueType<List<? super Integer>>() {});
  }

  private static void assertFingerprint(String hex, ValueType<?> type) {
    assertThat(HexFormat.of().formatHex(stored("", type))).as(type.toString()).isEqualTo(hex);
  }

  @Test
  void whatANewerReleaseAddedIsIgnored() {
    assertThat(
            codec()
                .decode(
                    stored(
                        "{\"name\":\"Bob\",\"age\":null,\"mail\":null,\"level\":\"LOW\","
                            + "\"born\":{\"year\":1999}}",
                        USER),
                    USER))
        .isEqualTo(BOB);
  }

  record Counted(String name, long count) {}

  @Test
  void missingNumberIsNotMadeUp() {
    undecodable("{\"name\":\"x\"}", ValueType.of(Counted.class), "Counted");
    undecodable("{\"name\":\"x\",\"count\":null}", ValueType.of(Counted.class), "at count");
  }

  @Test
  void whatCannotBeReadSaysWhereAndNeverTheValue() {
    undecodable("{\"name\":\"x\",\"age\":\"secret\"}", USER, "at age", User.class.getName());
    undecodable("{\"name\":\"x\",\"level\":\"secret\"}", USER, "at level");
    undecodable("[{\"age\":{\"secret\":1}}]", new ValueType<List<User>>() {}, "at [].age");
    undecodable("{\"secret\":{\"age\":[]}}", new ValueType<Map<String, User>>() {}, "at [].age");
    undecodable("\"secret\"", USER, User.class.getName());
    undecodable("secret", USER, User.class.getName());
    undecodable("{\"name\":\"secret", USER, User.class.getName());
    undecodable("{\"name\":\"x\"} secret", USER, User.class.getName());
    undecodable("\"secret\"", ValueType.of(Shape.class), "Shape");
    undecodable("{\"@type\":\"secret\"}", ValueType.of(Shape.class), "Shape");
    undecodable("\"secret\"", ValueType.of(Instant.class), "Instant");
    undecodable("", USER, User.class.getName());
    undecodable("null", USER, "is null");
  }

  record Refusing(String name) {
    Refusing {
      if (name.startsWith("s")) {
        throw new IllegalArgumentException("Not " + name);
      }
    }
  }

  @Test
  void whatAConstructorRefusesNeverSaysTheValue() {
    undecodable("{\"name\":\"secret\"}", ValueType.of(Refusing.class), "Refusing");
  }

  record Throwing(String name) {
    @Override
    public String name() {
      throw new IllegalStateException("No " + name);
    }
  }

  @Test
  void whatCannotBeWrittenSaysWhyAndNeverTheValue() {
    unencodable(new Throwing("secret"), ValueType.of(Throwing.class), "at name");
  }

  static final class Opaque {}

  @Test
  void typeThatJacksonCannotWriteSaysWhatToDo() {
    unencodable(
        new Opaque(),
        ValueType.of(Opaque.class),
        Opaque.class.getName(),
        "no properties discovered",
        "annotate it for Jackson",
        "ZealConfig.instance");
  }

  @Test
  void typesThatJsonCannotBringBackAreNotSupported() {
    assertThat(codec().supports(ValueType.of(Object.class))).isFalse();
    assertThat(codec().supports(this.<User>listOf())).isFalse();
    assertThat(codec().supports(new ValueType<List<User>[]>() {})).isTrue();
    assertThat(codec().supports(new ValueType<Map<String, Object>>() {})).isTrue();
  }

  private <T> ValueType<List<T>> listOf() {
    return new ValueType<>() {};
  }

  @Test
  void codecHasTheNumberAndNameThatEntriesAndSettingsHold() {
    assertThat(codec().id()).isEqualTo(5);
    assertThat(new JacksonCodecProvider().name()).isEqualTo("jackson");
    assertThat(new JacksonCodecProvider().settings()).isEmpty();
  }

  @Test
  void mapperThatWasHandedInIsUsed() {
    JsonMapper mapper =
        JsonMapper.builder()
            .propertyNamingStrategy(
                tools.jackson.databind.PropertyNamingStrategies.UPPER_CAMEL_CASE)
            .build();
    Codec codec = new JacksonCodecProvider().open(new JacksonContext(mapper));

    byte[] bytes = codec.encode(new Counted("x", 1), ValueType.of(Counted.class));

    assertThat(JacksonContext.json(bytes)).isEqualTo("{\"Name\":\"x\",\"Count\":1}");
  }

  @Test
  void mapperThatWritesClassNamesIsRefused() {
    JsonMapper mapper =
        JsonMapper.builder()
            .activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfSubType(User.class).build())
            .build();

    refused(
        ConfigurationException.class,
        ErrorCode.INVALID_ARGUMENT,
        () -> new JacksonCodecProvider().open(new JacksonContext(mapper)),
        "default typing",
        "@JsonSubTypes");
  }

  @Test
  void typeInAClosedPackageIsRefusedWithTheLineToAdd() throws ReflectiveOperationException {
    ValueType<?> type = ValueType.of(ClosedModule.load("ClosedUser"));

    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codec().decode(stored("{\"name\":\"secret\",\"roles\":[]}", type), type),
        "com.example.closed.ClosedUser cannot be reached by Jackson",
        "'opens com.example.closed to tools.jackson.databind;' to module game");
  }

  @Test
  void typeInAPackageThatIsOpenToJacksonRoundTrips() throws ReflectiveOperationException {
    ValueType<?> type = ValueType.of(ClosedModule.load("ClosedUser", "tools.jackson.databind"));

    assertReadAndWritten("{\"name\":\"x\",\"roles\":[\"admin\"]}", type);
  }

  private static <T> void assertReadAndWritten(String json, ValueType<T> type) {
    T value = codec().decode(stored(json, type), type);

    assertThat(value).hasToString("ClosedUser[name=x, roles=[admin]]");
    assertThat(json(value, type)).isEqualTo(json);
  }

  private static <T> void assertRoundTrip(T value, ValueType<T> type) {
    assertThat(codec().supports(type)).isTrue();
    assertThat(codec().decode(codec().encode(value, type), type)).isEqualTo(value);
  }

  private static <T> String json(T value, ValueType<T> type) {
    return JacksonContext.json(codec().encode(value, type));
  }

  private static void undecodable(String json, ValueType<?> type, String... parts) {
    refused(
        CodecException.class,
        ErrorCode.CODEC,
        () -> codec().decode(stored(json, type), type),
        parts);
  }

  private static <T> void unencodable(T value, ValueType<T> type, String... parts) {
    refused(CodecException.class, ErrorCode.CODEC, () -> codec().encode(value, type), parts);
  }

  private static <E extends ZealException> void refused(
      Class<E> type, ErrorCode code, ThrowingCallable call, String... parts) {
    E error = catchThrowableOfType(type, call);
    assertThat(error).as("nothing was thrown").isNotNull();
    assertThat(error.code()).isEqualTo(code.id());
    assertThat(error)
        .hasMessageContainingAll(parts)
        .hasMessageEndingWith(". " + code.id())
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }
}
