package io.warroom.config.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server on 127.0.0.1 that can be cut and joined again: cut, every connection is closed, and new ones too. It can also
 * swallow what is sent, as a network that drops packets, and end one connection at the moment when a client says something.
 */
public final class CuttableProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Trap trap;
    private volatile boolean cut;
    private volatile boolean swallowing;

    /** When a connection ends that says what is waited for. */
    public enum Moment {
        /** The server never hears it. */
        BEFORE_THE_SERVER,
        /** The server hears and does it, and its answer is lost. */
        BEFORE_THE_ANSWER
    }

    private record Trap(String said, Moment moment) {}

    /** Listens on a free port. */
    public CuttableProxy(int target) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    /** Where to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Ends every connection, and takes no other. */
    public void cut() {
        cut = true;
        open.forEach(CuttableProxy::closeQuietly);
        open.clear();
    }

    /** Takes connections again, and carries again; what was swallowed is lost, so connections that lost something are closed. */
    public void join() {
        if (swallowing) {
            cut();
        }
        swallowing = false;
        cut = false;
    }

    /** Drops all that either side sends from now on, and leaves every connection open; new ones are accepted and stay silent. */
    public void swallow() {
        swallowing = true;
    }

    /** The next connection on which a client sends this text ends at that moment; once. */
    public void endNextThatSays(String text, Moment moment) {
        trap = new Trap(text, moment);
    }

    private synchronized @Nullable Moment sprung(String said) {
        var set = trap;
        if (set == null || !said.contains(set.said())) {
            return null;
        }
        trap = null;
        return set.moment();
    }

    /** Whether the connection that was waited for has come, and was ended. */
    public boolean isEnded() {
        return trap == null;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                carry(listener.accept());
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void carry(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(client);
            open.add(server);
            if (cut) {
                closeQuietly(client);
                closeQuietly(server);
                return;
            }
            var connection = new Connection(client, server);
            Thread.ofVirtual().start(connection::carryRequests);
            Thread.ofVirtual().start(connection::carryAnswers);
        } catch (IOException e) {
            closeQuietly(client);
        }
    }

    /** Two ways between two sockets, each with a thread of its own. */
    private final class Connection {

        private final Socket client;
        private final Socket server;
        private volatile boolean isAnswerLost;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void carryRequests() {
            var chunk = new byte[8192];
            try (client;
                    server) {
                for (int size = client.getInputStream().read(chunk);
                        size >= 0;
                        size = client.getInputStream().read(chunk)) {
                    var ends = sprung(new String(chunk, 0, size, StandardCharsets.ISO_8859_1));
                    if (ends == Moment.BEFORE_THE_SERVER) {
                        return;
                    }
                    if (ends == Moment.BEFORE_THE_ANSWER) {
                        isAnswerLost = true;
                    }
                    if (!swallowing) {
                        server.getOutputStream().write(chunk, 0, size);
                    }
                }
            } catch (IOException _) {
                // The other side went away, or the connection was cut: both are closed.
            }
        }

        void carryAnswers() {
            var chunk = new byte[8192];
            try (client;
                    server) {
                for (int size = server.getInputStream().read(chunk);
                        size >= 0 && !isAnswerLost;
                        size = server.getInputStream().read(chunk)) {
                    if (!swallowing) {
                        client.getOutputStream().write(chunk, 0, size);
                    }
                }
            } catch (IOException _) {
                // As above.
            }
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
