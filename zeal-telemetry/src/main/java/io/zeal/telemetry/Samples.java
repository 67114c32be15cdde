package io.zeal.telemetry;

import io.zeal.Stats;
import io.zeal.spi.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is exported of the statistics of an instance. Where Zeal's own number is below zero there is
 * none, and it is left out.
 */
final class Samples {

  static final String PART = "zeal.stats.part";
  static final String NUMBER = "zeal.stats.number";
  static final String CACHE = "cache";
  static final String MESSAGES_KIND = "zeal.messages.kind";

  private static final List<String> PRODUCTS = List.of("redis", "memcached");

  private final List<Sample> samples = new ArrayList<>();

  private Samples() {}

  /** All of them, of {@code Zeal.stats()}. */
  static List<Sample> of(Stats instance) {
    Samples all = new Samples();
    SortedMap<String, String> none = new TreeMap<>();
    all.numbers("", instance, none);
    instance
        .parts()
        .forEach((name, part) -> {
          switch (name) {
            case "backend" -> all.backend(part, Role.PRIMARY);
            case "caches" -> all.named("caches", part, CACHE, none);
            case "messages" -> all.messages(part, system(instance));
            default -> all.other(name, part, none);
          }
        });
    return all.samples;
  }

  private void backend(Stats backend, Role role) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put(Names.SYSTEM.getKey(), system(backend.name()));
    attributes.put(Names.ROLE.getKey(), role.name().toLowerCase(Locale.ROOT));
    numbers(backend.name(), backend, attributes);
    backend
        .parts()
        .forEach((name, part) -> {
          switch (name) {
            case "near" -> backend(part, Role.NEAR);
            case "far" -> backend(part, Role.FAR);
            case "resilience" -> numbers(name, part, attributes); // its history is for people
            case "stores" ->
                named(backend.name() + "/stores", part, Names.COLLECTION.getKey(), attributes);
            default -> other(backend.name() + "/" + name, part, attributes);
          }
        });
  }

  private static String system(String backend) {
    return PRODUCTS.contains(backend) ? backend : Names.ofZeal(backend);
  }

  /** Whose the messages are: of the product there is, else of this process. */
  private static String system(Stats instance) {
    Stats backend = instance.parts().get("backend");
    while (backend != null && backend.parts().containsKey("far")) {
      backend = backend.parts().get("far");
    }
    return backend != null && PRODUCTS.contains(backend.name()) ? backend.name() : "zeal";
  }

  private void messages(Stats messages, String system) {
    messages
        .parts()
        .forEach((kind, part) -> {
          SortedMap<String, String> attributes = new TreeMap<>();
          attributes.put(Names.MESSAGES.getKey(), system);
          attributes.put(MESSAGES_KIND, kind);
          other("messages/" + kind, part, attributes);
        });
    numbers("messages", messages, new TreeMap<>());
  }

  /** Parts that an application has named. */
  private void named(
      String path, Stats parent, String attribute, SortedMap<String, String> attributes) {
    numbers(path, parent, attributes);
    parent
        .parts()
        .forEach((name, part) -> {
          SortedMap<String, String> own = new TreeMap<>(attributes);
          own.put(attribute, name);
          other(path + "/*", part, own);
        });
  }

  private void other(String path, Stats part, SortedMap<String, String> attributes) {
    numbers(path, part, attributes);
    part.parts().forEach((name, child) -> other(path + "/" + name, child, attributes));
  }

  private void numbers(String path, Stats part, SortedMap<String, String> attributes) {
    part.numbers()
        .forEach((name, number) -> {
          if (!Catalog.isLeftOut(path, name)) {
            Catalog.find(path, name)
                .ifPresentOrElse(
                    export -> addKnown(export, number, attributes),
                    () -> samples.add(unknown(path, name, number, attributes)));
          }
        });
  }

  private void addKnown(Export export, long number, SortedMap<String, String> attributes) {
    if (number >= 0) {
      SortedMap<String, String> own = new TreeMap<>(attributes);
      own.putAll(export.attributes());
      samples.add(new Sample(export.metric(), own, number));
    }
  }

  private static Sample unknown(
      String path, String name, long number, SortedMap<String, String> attributes) {
    SortedMap<String, String> own = new TreeMap<>(attributes);
    own.put(PART, path);
    own.put(NUMBER, name);
    return new Sample(Catalog.OTHER, own, number);
  }
}
