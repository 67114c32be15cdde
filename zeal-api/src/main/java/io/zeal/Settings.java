package io.zeal;

import io.zeal.spi.Plugin;
import io.zeal.spi.Setting;
import io.zeal.spi.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Settings from all their sources, the strongest first, checked against what the plugins on the
 * path declare.
 */
final class Settings {

  /** The backend to open. */
  static final Setting<String> BACKEND = Setting.text("zeal.backend");

  private static final System.Logger LOG = System.getLogger("io.zeal");

  /** A named place that settings come from. */
  private record Source(String name, Map<String, String> values) {}

  private final Map<String, Setting<?>> declared = new HashMap<>();
  private final Set<String> owners = new TreeSet<>();
  private final List<Source> sources;

  private Settings(Collection<? extends Plugin> plugins, List<Source> sources) {
    this.sources = sources;
    owners.add("zeal.doctor.");
    for (Setting<?> own : List.of(BACKEND, Doctor.ACKNOWLEDGE, Doctor.AT_START)) {
      declared.put(own.key(), own);
    }
    for (Plugin plugin : plugins) {
      owners.add("zeal." + plugin.name() + ".");
      plugin.settings().forEach(setting -> declared.put(setting.key(), setting));
    }
  }

  /**
   * Reads and checks everything; {@code environment} and {@code properties} as the process has
   * them.
   */
  static Settings read(
      ZealConfig config,
      Collection<? extends Plugin> plugins,
      Properties properties,
      Map<String, String> environment,
      ClassLoader loader) {
    Map<String, String> variables = new LinkedHashMap<>();
    List<Source> sources =
        List.of(
            new Source("ZealConfig.set", config.pinned()),
            new Source("system property", ours(properties)),
            new Source("environment", variables),
            new Source("zeal.properties", all(file(loader))),
            new Source("ZealConfig.setDefault", config.defaultValues()));
    Settings settings = new Settings(plugins, sources);
    settings.checkKeys();
    settings.take(environment, variables);
    return settings;
  }

  /**
   * The value of a setting.
   *
   * @throws ConfigurationException if it is set to something that cannot be read
   */
  <T> Optional<T> find(Setting<T> setting) {
    for (Source source : sources) {
      String text = source.values().get(setting.key());
      if (text != null) {
        return Optional.of(parse(setting, text, source));
      }
    }
    return setting.defaultValue();
  }

  /**
   * The value of a setting that has to be there.
   *
   * @throws ConfigurationException if it is not, or cannot be read
   */
  <T> T require(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() ->
            new ConfigurationException(
                ErrorCode.MISSING_SETTING,
                "Setting "
                    + setting.key()
                    + " is needed and not set. Give it "
                    + setting.form()
                    + ": -D"
                    + setting.key()
                    + "=…, or the environment variable "
                    + setting.variable()
                    + "."));
  }

  private static <T> T parse(Setting<T> setting, String text, Source source) {
    try {
      return setting.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting "
              + setting.key()
              + " ("
              + source.name()
              + ") is "
              + (setting.isSecret() ? "not readable" : Texts.quote(text))
              + ". Give it "
              + setting.form()
              + ".",
          setting.isSecret() ? null : e);
    }
  }

  private void checkKeys() {
    Set<String> foreign = new TreeSet<>();
    for (Source source : sources) {
      for (String key : source.values().keySet()) {
        if (!declared.containsKey(key)) {
          if (!isForeign(key)) {
            throw unknown(key, source);
          }
          foreign.add(key);
        }
      }
    }
    if (!foreign.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Settings of plugins that are not on the path, ignored: {0}",
          foreign);
    }
  }

  /** Whether an undeclared key may belong to a plugin that is not on the path. */
  private boolean isForeign(String key) {
    return key.startsWith("zeal.")
        && key.indexOf('.', "zeal.".length()) > 0
        && owners.stream().noneMatch(key::startsWith);
  }

  private ConfigurationException unknown(String key, Source source) {
    List<String> nearest =
        declared.keySet().stream()
            .sorted(
                java.util.Comparator.comparingInt((String known) -> distance(key, known))
                    .thenComparing(k -> k))
            .limit(3)
            .toList();
    return new ConfigurationException(
        ErrorCode.UNKNOWN_SETTING,
        "Unknown setting "
            + Texts.quote(key)
            + " ("
            + source.name()
            + "). The nearest there are: "
            + String.join(", ", nearest)
            + ". Mend or remove it.");
  }

  private void take(Map<String, String> environment, Map<String, String> variables) {
    Map<String, String> names =
        declared.values().stream()
            .collect(Collectors.toMap(Setting::variable, Setting::key, (a, b) -> a));
    Set<String> unknown = new TreeSet<>();
    environment.forEach((name, value) -> {
      String key = names.get(name);
      if (key != null) {
        variables.put(key, value);
      } else if (name.startsWith("ZEAL_")) {
        unknown.add(name);
      }
    });
    if (!unknown.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Environment variables that name no setting, ignored: {0}",
          unknown);
    }
  }

  /** What is meant for Zeal: system properties are shared with everything else in the process. */
  private static Map<String, String> ours(Properties properties) {
    Map<String, String> ours = all(properties);
    ours.keySet().removeIf(key -> !key.startsWith("zeal."));
    return ours;
  }

  private static Map<String, String> all(Properties properties) {
    Map<String, String> all = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> all.put(key, properties.getProperty(key)));
    return all;
  }

  private static Properties file(ClassLoader loader) {
    Properties properties = new Properties();
    try {
      Set<String> seen = new HashSet<>();
      List<URL> files = new ArrayList<>();
      for (URL url : Collections.list(loader.getResources("zeal.properties"))) {
        if (seen.add(url.toString())) {
          files.add(url);
        }
      }
      if (files.size() > 1) {
        throw new ConfigurationException(
            ErrorCode.INVALID_SETTING,
            "There are "
                + files.size()
                + " files zeal.properties on the path: "
                + files
                + ". Keep one.");
      }
      for (URL url : files) {
        try (InputStream in = url.openStream()) {
          properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "The file zeal.properties on the path cannot be read. Mend or remove it.",
          e);
    }
    return properties;
  }

  /** Edit distance (Levenshtein), two rows at a time. */
  static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
