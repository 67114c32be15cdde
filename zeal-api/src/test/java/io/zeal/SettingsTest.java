package io.zeal;

import static io.zeal.Refused.neverSays;
import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.spi.Plugin;
import io.zeal.spi.Setting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {

  private static final Setting<String> URL = Setting.text("zeal.fake.url");
  private static final Setting<Long> PORT = Setting.number("zeal.fake.port", 1, 65_535);
  private static final Setting<Duration> NEAR_TTL =
      Setting.duration("zeal.fake.near-ttl").withDefault(Duration.ofSeconds(5));
  private static final Setting<Duration> SECRET = Setting.duration("zeal.fake.password").asSecret();

  private record Declaring(String name, List<Setting<?>> settings) implements Plugin {}

  private static final Plugin FAKE = new Declaring("fake", List.of(URL, PORT, NEAR_TTL, SECRET));

  /** Where a setting may come from, strongest first. */
  enum From {
    CODE("ZealConfig.set"),
    PROPERTY("system property"),
    ENVIRONMENT("environment"),
    FILE("zeal.properties"),
    DEFAULT("ZealConfig.setDefault");

    final String shown;

    From(String shown) {
      this.shown = shown;
    }
  }

  /** All sources of one process, filled by a test. */
  private static final class Sources {

    private final ZealConfig.Builder config = ZealConfig.builder();
    private final Properties properties = new Properties();
    private final Map<String, String> environment = new HashMap<>();
    private final FilesOnThePath path = new FilesOnThePath();

    Sources with(From source, String key, String value) {
      switch (source) {
        case CODE -> config.set(key, value);
        case PROPERTY -> properties.setProperty(key, value);
        case ENVIRONMENT -> environment.put(variable(key), value);
        case FILE -> path.with("zeal.properties", key + "=" + value);
        case DEFAULT -> config.setDefault(key, value);
      }
      return this;
    }

    private static String variable(String key) {
      return key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    Settings read() {
      return Settings.read(config.build(), List.of(FAKE), properties, environment, path);
    }
  }

  @Test
  void theStrongestSourceWins() {
    List<From> weakestFirst = List.of(From.values()).reversed();
    Sources sources = new Sources();

    for (From source : weakestFirst) {
      sources.with(source, "zeal.fake.url", "from " + source);
      assertThat(sources.read().find(URL)).contains("from " + source);
    }
  }

  @Test
  void whereNothingIsSetTheSettingsOwnDefaultCounts() {
    assertThat(new Sources().read().find(NEAR_TTL)).contains(Duration.ofSeconds(5));
    assertThat(new Sources().read().require(NEAR_TTL)).isEqualTo(Duration.ofSeconds(5));
    assertThat(new Sources().read().find(URL)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everySourceIsStrongerThanTheSettingsOwnDefault(From source) {
    Settings settings = new Sources().with(source, "zeal.fake.near-ttl", "250ms").read();

    assertThat(settings.find(NEAR_TTL)).contains(Duration.ofMillis(250));
  }

  @ParameterizedTest
  @EnumSource
  void theBackendIsASettingWithoutAPlugin(From source) {
    assertThat(new Sources().with(source, "zeal.backend", "fake").read().find(Settings.BACKEND))
        .contains("fake");
  }

  @Test
  void anEnvironmentVariableHasUnderscoresForDotsAndDashes() {
    Sources sources = new Sources();
    sources.environment.put("ZEAL_FAKE_NEAR_TTL", "1s");

    assertThat(sources.read().find(NEAR_TTL)).contains(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ENVIRONMENT")
  void anUnknownKeyOfAPluginThatIsThereStopsWithTheNearest(From source) {
    Sources sources = new Sources().with(source, "zeal.fake.prot", "hunter2");

    ConfigurationException error =
        refused(
            ConfigurationException.class,
            ErrorCode.UNKNOWN_SETTING,
            sources::read,
            "Unknown setting 'zeal.fake.prot'",
            "(" + source.shown + ")",
            "nearest",
            ": zeal.fake.port,",
            "Mend or remove it");
    neverSays(error, "hunter2");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ENVIRONMENT")
  void anUnknownKeyOfZealItselfStops(From source) {
    for (String key : List.of("zeal.backnd", "zeal.fake")) {
      refused(
          ConfigurationException.class,
          ErrorCode.UNKNOWN_SETTING,
          new Sources().with(source, key, "x")::read,
          "'" + key + "'",
          "zeal.backend");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CODE", "FILE", "DEFAULT"})
  void aKeyWithoutThePrefixStopsWhereEveryKeyIsMeantForZeal(From source) {
    for (String key : List.of("fake.url", "redis.client.url", "Zeal.fake.url")) {
      refused(
          ConfigurationException.class,
          ErrorCode.UNKNOWN_SETTING,
          new Sources().with(source, key, "x")::read,
          "'" + key + "'",
          "(" + source.shown + ")",
          "zeal.fake.url");
    }
  }

  @Test
  void otherProgramsSystemPropertiesAreTheirs() {
    try (LogCapture log = new LogCapture()) {
      new Sources().with(From.PROPERTY, "fake.url", "x").with(From.PROPERTY, "zealous", "y").read();

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void keysOfPluginsThatAreNotThereAreOneLine() {
    try (LogCapture log = new LogCapture()) {
      new Sources()
          .with(From.CODE, "zeal.redis.url", "hunter2")
          .with(From.FILE, "zeal.other.url", "hunter2")
          .with(From.PROPERTY, "zeal.fakes.url", "hunter2")
          .read();

      assertThat(log.lines())
          .containsExactly(
              "WARNING: Settings of plugins that are not on the path, ignored:"
                  + " [zeal.fakes.url, zeal.other.url, zeal.redis.url]");
    }
  }

  @Test
  void unknownVariablesAreOneLine() {
    try (LogCapture log = new LogCapture()) {
      new Sources()
          .with(From.ENVIRONMENT, "zeal.fake.prot", "hunter2")
          .with(From.ENVIRONMENT, "zeal.home", "hunter2")
          .with(From.ENVIRONMENT, "zealous", "hunter2")
          .read();

      assertThat(log.lines())
          .containsExactly(
              "WARNING: Environment variables that name no setting, ignored:"
                  + " [ZEAL_FAKE_PROT, ZEAL_HOME]");
    }
  }

  @Test
  void nothingIsLoggedWhereNothingIsUnknown() {
    try (LogCapture log = new LogCapture()) {
      new Sources().with(From.ENVIRONMENT, "zeal.fake.url", "x").read();

      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInvalidValueNamesItsSourceAndTheFormItShouldHave(From source) {
    Settings settings = new Sources().with(source, "zeal.fake.port", "many").read();

    ConfigurationException error =
        refused(
            ConfigurationException.class,
            ErrorCode.INVALID_SETTING,
            () -> settings.find(PORT),
            "Setting zeal.fake.port (" + source.shown + ") is 'many'",
            "Give it a whole number from 1 to 65535");
    assertThat(error).hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anInvalidValueIsNotReplacedByAWeakerOne() {
    Settings settings =
        new Sources()
            .with(From.PROPERTY, "zeal.fake.port", "many")
            .with(From.FILE, "zeal.fake.port", "6379")
            .read();

    refused(
        ConfigurationException.class,
        ErrorCode.INVALID_SETTING,
        () -> settings.find(PORT),
        "system property");
  }

  @ParameterizedTest
  @EnumSource
  void aSecretIsNeverShown(From source) {
    Settings settings = new Sources().with(source, "zeal.fake.password", "hunter2").read();

    ConfigurationException error =
        refused(
            ConfigurationException.class,
            ErrorCode.INVALID_SETTING,
            () -> settings.find(SECRET),
            "Setting zeal.fake.password (" + source.shown + ") is not readable",
            "Give it a duration");
    neverSays(error, "hunter2");
    assertThat(error).hasNoCause();
  }

  @Test
  void aConfigurationShowsKeysButNoValues() {
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.fake.url", "redis://hunter2@host")
            .set("zeal.backend", "fake")
            .setDefault("zeal.fake.password", "hunter2")
            .build();

    assertThat(config).hasToString("ZealConfig[zeal.backend, zeal.fake.url]");
  }

  @Test
  void aSettingThatIsNeededAndMissingSaysHowToGiveIt() {
    refused(
        ConfigurationException.class,
        ErrorCode.MISSING_SETTING,
        () -> new Sources().read().require(PORT),
        "Setting zeal.fake.port is needed and not set",
        "Give it a whole number from 1 to 65535",
        "-Dzeal.fake.port=",
        "ZEAL_FAKE_PORT");
  }

  @Test
  void twoFilesOnThePathAreRefused() {
    Sources sources =
        new Sources().with(From.FILE, "zeal.fake.url", "a").with(From.FILE, "zeal.fake.url", "b");

    refused(
        ConfigurationException.class,
        ErrorCode.INVALID_SETTING,
        sources::read,
        "2 files zeal.properties on the path",
        "test:/lib/jar0!/zeal.properties",
        "test:/lib/jar1!/zeal.properties",
        "Keep one");
  }

  @Test
  void aFileIsReadAsUtf8() {
    assertThat(new Sources().with(From.FILE, "zeal.fake.url", "hôte").read().find(URL))
        .contains("hôte");
  }

  @Test
  void aFileThatCannotBeReadIsRefused() {
    ConfigurationException error =
        refused(
            ConfigurationException.class,
            ErrorCode.INVALID_SETTING,
            new Sources().with(From.FILE, "zeal.fake.url", "\\u00zz")::read,
            "zeal.properties",
            "cannot be read",
            "Mend or remove it");
    assertThat(error).hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void distanceCountsChangesOfOneCharacter() {
    assertThat(Settings.distance("", "abc")).isEqualTo(3);
    assertThat(Settings.distance("abc", "")).isEqualTo(3);
    assertThat(Settings.distance("abc", "abc")).isZero();
    assertThat(Settings.distance("port", "prot")).isEqualTo(2);
    assertThat(Settings.distance("kitten", "sitting")).isEqualTo(3);
  }
}
