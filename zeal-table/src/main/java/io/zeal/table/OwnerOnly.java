package io.zeal.table;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Permissions of what is made: rows are nobody's business but the user's whose processes share
 * them.
 */
final class OwnerOnly {

  private static final FileAttribute<?>[] NONE = {};

  private OwnerOnly() {}

  /** For a file in the directory of {@code path}. */
  static FileAttribute<?>[] file(Path path) throws IOException {
    return attributes(path.toAbsolutePath().getParent(), "rw-------");
  }

  /** For a directory below the first one above {@code path} that is there. */
  static FileAttribute<?>[] directory(Path path) throws IOException {
    @Nullable Path there = path;
    while (there != null && Files.notExists(there)) {
      there = there.getParent();
    }
    return attributes(there, "rwx------");
  }

  private static FileAttribute<?>[] attributes(@Nullable Path in, String permissions)
      throws IOException {
    if (in == null) {
      return NONE;
    }
    FileStore store = Files.getFileStore(in);
    return store.supportsFileAttributeView(PosixFileAttributeView.class)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : NONE;
  }
}
