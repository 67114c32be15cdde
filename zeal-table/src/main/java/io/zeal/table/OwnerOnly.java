package io.zeal.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Permissions of what is made, and whose that is which is there: rows are nobody's business but the
 * user's whose processes share them.
 */
final class OwnerOnly {

  private static final FileAttribute<?>[] NONE = {};

  private static final int ROOT = 0;

  /** {@code Uid: 1000 1000 1000 1000}: the real one, then the one that counts. */
  private static final Pattern USER = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)\\s");

  private OwnerOnly() {}

  /** The number of the user that this process is, where the system tells. */
  static OptionalInt user() {
    try {
      // Not the owner of the file: that is root if the launcher has capabilities of its own.
      Path status = Path.of("/proc/self/status");
      Matcher user = USER.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
      return user.find()
          ? OptionalInt.of(Integer.parseUnsignedInt(user.group(1)))
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  private static OptionalInt owner(Path path) {
    try {
      return Files.getAttribute(path, "unix:uid") instanceof Integer owner
          ? OptionalInt.of(owner)
          : OptionalInt.empty();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * Says to whom a file belongs, if that is not {@code user}; empty also where the system does not
   * tell, or the file is not there.
   */
  static Optional<String> strangerOfFile(Path file, OptionalInt user) {
    OptionalInt owner = owner(file);
    return user.isEmpty() || owner.isEmpty() || owner.equals(user)
        ? Optional.empty()
        : Optional.of(
            "it belongs to user "
                + Integer.toUnsignedString(owner.getAsInt())
                + ", and this process is user "
                + Integer.toUnsignedString(user.getAsInt()));
  }

  /**
   * As {@link #strangerOfFile}, but root's is as good as one's own, and root minds nobody's: who
   * has the directory can only take away files that root would not read.
   */
  static Optional<String> strangerOfDirectory(Path directory, OptionalInt user) {
    OptionalInt root = OptionalInt.of(ROOT);
    return user.equals(root) || owner(directory).equals(root)
        ? Optional.empty()
        : strangerOfFile(directory, user);
  }

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
