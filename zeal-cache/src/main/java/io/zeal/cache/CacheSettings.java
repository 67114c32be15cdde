package io.zeal.cache;

import io.zeal.BackendInfo;
import io.zeal.BackendInfo.Scope;
import io.zeal.Column;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What caches are told.
 *
 * @param entries the most entries in memory, on a backend that bounds its stores
 * @param entryBytes the longest entry there, header included
 * @param directory where the files are; empty for none
 * @param directoryAskedFor whether not having it is an error
 * @param fileBytes the most bytes of one cache's files
 * @param sync whether each change is forced to the disk before its call returns
 * @param sweep how often dead entries are looked for
 */
record CacheSettings(
    long entries,
    int entryBytes,
    Optional<Path> directory,
    boolean directoryAskedFor,
    long fileBytes,
    boolean sync,
    Duration sweep) {

  static final Setting<Long> ENTRIES =
      Setting.number("zeal.cache.entries", 1, 1L << 30).withDefault(4_096L);

  /** 8 KB of value, and some for the header, where rows have their full size; more elsewhere. */
  static final Setting<Long> ENTRY_BYTES = Setting.bytes("zeal.cache.entry-bytes");

  static final Setting<String> DIRECTORY = Setting.text("zeal.cache.directory");
  static final Setting<Boolean> FILES = Setting.flag("zeal.cache.files");
  static final Setting<Long> FILE_BYTES =
      Setting.bytes("zeal.cache.file-bytes").withDefault(1L << 30);
  static final Setting<Boolean> SYNC = Setting.flag("zeal.cache.sync").withDefault(false);
  static final Setting<Duration> SWEEP =
      Setting.duration("zeal.cache.sweep").withDefault(Duration.ofSeconds(60));

  private static final int HEADER_BYTES = 256;
  private static final int LOCAL_BYTES = 8_192 + HEADER_BYTES;
  private static final int SHARED_BYTES = Column.LARGEST - 1_024;
  private static final Path DEFAULT_DIRECTORY = Path.of(".cache");

  static List<Setting<?>> all() {
    return List.of(ENTRIES, ENTRY_BYTES, DIRECTORY, FILES, FILE_BYTES, SYNC, SWEEP, Codecs.CODEC);
  }

  static CacheSettings of(BackendContext context, BackendInfo backend) {
    boolean local = backend.scope() == Scope.PROCESS;
    Optional<String> named = context.optionalSetting(DIRECTORY);
    boolean files = context.optionalSetting(FILES).orElse(local || named.isPresent());
    if (files && !local) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "A file tier was asked for ("
              + (named.isPresent() ? DIRECTORY.key() : FILES.key())
              + "), and backend '"
              + backend.name()
              + "' is shared by others: a private copy on disk would not hear of their changes."
              + " Remove the setting; entries are on the server and outlive this process there.");
    }
    return new CacheSettings(
        context.setting(ENTRIES),
        entryBytes(context, backend),
        files
            ? Optional.of(named.map(CacheSettings::path).orElse(DEFAULT_DIRECTORY))
            : Optional.empty(),
        named.isPresent() || context.optionalSetting(FILES).isPresent(),
        fileBytes(context),
        context.setting(SYNC),
        context.setting(SWEEP));
  }

  private static long fileBytes(BackendContext context) {
    long bytes = context.setting(FILE_BYTES);
    if (bytes < FileTierOptions.LEAST_BYTES) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting "
              + FILE_BYTES.key()
              + " is "
              + bytes
              + ". Give it at least "
              + FileTierOptions.LEAST_BYTES
              + " bytes (1m), or set zeal.cache.files=false.");
    }
    return bytes;
  }

  private static int entryBytes(BackendContext context, BackendInfo backend) {
    long usual = backend.scope() == Scope.CLUSTER ? SHARED_BYTES : LOCAL_BYTES;
    long bytes = context.optionalSetting(ENTRY_BYTES).orElse(usual);
    if (bytes < HEADER_BYTES || bytes > Column.LARGEST) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting "
              + ENTRY_BYTES.key()
              + " is "
              + bytes
              + ". Use "
              + HEADER_BYTES
              + " to "
              + Column.LARGEST
              + " bytes; the header of an entry takes some 50 of them.");
    }
    return (int) bytes;
  }

  private static Path path(String text) {
    if (text.isBlank()) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting "
              + DIRECTORY.key()
              + " is empty. Name a directory, or remove the setting; without files:"
              + " zeal.cache.files=false.");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting " + DIRECTORY.key() + " is no path: " + e.getReason() + ".",
          e);
    }
  }
}
