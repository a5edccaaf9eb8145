package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** As whom PostgreSQL's programs run: they refuse to be root, and everybody but root runs them as themselves. */
enum PostgresUser {
    MYSELF(List.of()),
    /** Root in a user namespace of its own, where it is nobody; its files stay root's. */
    NAMESPACE(List.of("unshare", "-U")),
    /** Where namespaces are forbidden: an unprivileged user, who is given the data folder. */
    NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

    private static final int NOBODY_ID = 65534;

    @SuppressWarnings("ImmutableEnumChecker") // List.of, which nobody can change
    private final List<String> prefix;

    PostgresUser(List<String> prefix) {
        this.prefix = prefix;
    }

    /** The first that works here; the folder is handed over when somebody else is to write there. */
    static PostgresUser forPrograms(Path folder) throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return MYSELF;
        }
        if (NAMESPACE.works()) {
            return NAMESPACE;
        }
        if (NOBODY.works()) {
            NOBODY.own(folder);
            return NOBODY;
        }
        throw new LocalStackException(
                "PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv' works here:"
                        + " start as another user.");
    }

    List<String> command(List<String> program) {
        var command = new ArrayList<>(prefix);
        command.addAll(program);
        return List.copyOf(command);
    }

    void own(Path path) throws IOException {
        if (this == NOBODY) {
            Files.setAttribute(path, "unix:uid", NOBODY_ID, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private boolean works() {
        try {
            var probe = new ProcessBuilder(command(List.of("true")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return probe.waitFor(5, TimeUnit.SECONDS) && probe.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("Interrupted while looking for a user for PostgreSQL.", e);
        }
    }
}
