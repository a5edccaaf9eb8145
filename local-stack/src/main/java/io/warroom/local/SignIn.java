package io.warroom.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * How the operator of a stack signs in at its API: a generated password, kept with the stack's data. Immutable; its text shows no
 * password.
 *
 * @param fresh whether the password was made just now, and nobody has seen it yet
 */
record SignIn(String password, boolean fresh) {
    static final String USER = "operator";

    private static final int RANDOM_BYTES = 18;

    /** The password alone, for programs and for people. */
    static Path file(Path folder) {
        return folder.resolve("keys").resolve("operator-password");
    }

    /** For {@code curl --config}: a password on curl's command line would be everybody's to see. */
    static Path curlConfig(Path folder) {
        return folder.resolve("keys").resolve("curlrc");
    }

    /** The same whenever it is asked with the same folder. @throws LocalStackException when it cannot be kept there */
    static SignIn keptIn(Path folder) {
        try {
            boolean fresh = !Files.exists(file(folder));
            if (fresh) {
                write(file(folder), generated() + System.lineSeparator());
            }
            var password = Files.readString(file(folder)).strip();
            Files.deleteIfExists(curlConfig(folder));
            write(curlConfig(folder), "user = \"" + USER + ":" + password + "\"" + System.lineSeparator());
            return new SignIn(password, fresh);
        } catch (IOException e) {
            throw new LocalStackException("The operator's password cannot be kept in " + file(folder) + ": " + e, e);
        }
    }

    /** That of a stack which has been started. @throws LocalStackException when there is none */
    static SignIn read(Path folder) {
        try {
            return new SignIn(Files.readString(file(folder)).strip(), false);
        } catch (IOException e) {
            throw new LocalStackException("The operator's password cannot be read from " + file(folder) + ": " + e, e);
        }
    }

    /** What goes into the header {@code Authorization}. */
    String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "SignIn[" + USER + "]";
    }

    private static void write(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private static String generated() {
        var random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
