package io.zeal.cache;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is wrong with a file or a directory, in words: the JDK says it by names of classes. */
final class FileTrouble {

  private FileTrouble() {}

  static String of(IOException e) {
    if (!(e instanceof FileSystemException trouble) || trouble.getFile() == null) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
    String file = trouble.getFile();
    return switch (trouble) {
      case AccessDeniedException _ -> "there is no permission for " + file;
      case NoSuchFileException _ -> file + " is not there";
      case FileAlreadyExistsException _ -> inTheWay(file);
      default -> file + ": " + trouble.getReason();
    };
  }

  /** A directory was to be made. */
  private static String inTheWay(String file) {
    Path path = Path.of(file);
    if (Files.isSymbolicLink(path)) {
      return file + " is a symbolic link";
    }
    return Files.isDirectory(path) ? file + " is there already" : file + " is not a directory";
  }
}
