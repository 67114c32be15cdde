package io.zeal.consumer;

import java.util.stream.Stream;

/** The two ways in which an application is started. */
enum PathKind {
  MODULE_PATH("io.zeal.consumer", "io.zeal") {
    @Override
    Stream<String> arguments(String path, String main) {
      return Stream.of("-p", path, "-m", "io.zeal.consumer/" + main);
    }
  },
  CLASS_PATH("null", "null") {
    @Override
    Stream<String> arguments(String path, String main) {
      return Stream.of("-cp", path, main);
    }
  };

  /** The module that the application is in then. */
  final String application;

  /** The module that Zeal is in then. */
  final String zeal;

  PathKind(String application, String zeal) {
    this.application = application;
    this.zeal = zeal;
  }

  /** What is said to {@code java} to start {@code main}. */
  abstract Stream<String> arguments(String path, String main);
}
