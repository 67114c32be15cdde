package io.zeal.benchmarks.cache;

/** Whether Zeal keeps what is cached in files too. */
public enum Files {
  OFF("Zeal in memory"),
  ON("Zeal with files");

  final String zeal;

  Files(String zeal) {
    this.zeal = zeal;
  }
}
