package io.zeal.cache;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** Files in a directory, for the owner's eyes alone where the file system knows owners. */
final class SegmentDirectory implements SegmentFiles {

  private static final String DRAFT = ".draft";

  private final Path directory;

  private SegmentDirectory(Path directory) {
    this.directory = directory;
  }

  /** The directory, made if it is not there. Its parent has to be there. */
  static SegmentDirectory at(Path directory) throws IOException {
    makeDirectory(directory);
    return new SegmentDirectory(directory);
  }

  /** Makes a directory for the owner alone; one that is there stays as it is. */
  static void makeDirectory(Path directory) throws IOException {
    // A link to somewhere else would have us write and delete files there.
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(directory, ownerOnly(directory, "rwx------"));
    }
  }

  /** Makes an empty file for the owner alone. */
  static void makeFile(Path file) throws IOException {
    Files.createFile(file, ownerOnly(file, "rw-------"));
  }

  private static FileAttribute<?>[] ownerOnly(Path made, String permissions) {
    if (!made.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    var attribute =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    return new FileAttribute<?>[] {attribute};
  }

  @Override
  public List<String> names() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public SegmentFile create(String name) throws IOException {
    makeFile(directory.resolve(name));
    return open(name);
  }

  @Override
  public SegmentFile open(String name) throws IOException {
    return new SegmentDiskFile(directory.resolve(name));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public Optional<byte[]> content(String name) throws IOException {
    var file = directory.resolve(name);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try (var in = new FileInputStream(file.toFile())) {
      return Optional.of(in.readAllBytes());
    }
  }

  @Override
  public void replace(String name, byte[] content) throws IOException {
    var draft = directory.resolve(name + DRAFT);
    Files.deleteIfExists(draft);
    makeFile(draft);
    try (var out = new RandomAccessFile(draft.toFile(), "rw")) {
      out.write(content);
      out.getFD().sync();
    }
    Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    forceNames();
  }

  /** A directory can only be forced over a channel, which an interrupt would close. */
  @Override
  public void forceNames() throws IOException {
    var interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        try {
          forceOnce();
          return;
        } catch (ClosedByInterruptException e) {
          // Once more, without the flag.
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void forceOnce() throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      // Windows: directories cannot be opened, and names need no forcing.
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }
}
