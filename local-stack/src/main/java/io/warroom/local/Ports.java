package io.warroom.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on 127.0.0.1: a free one for whoever asks for 0, and a clear word when the wanted one is taken. Thread-safe. */
public final class Ports {
    private static final int ANY = 0;

    /**
     * Free ports are drawn from below the range that systems give to outgoing connections (Linux: from 32768): one of those
     * would be free now, and taken by somebody's connection before its owner listens.
     */
    private static final int LOWEST_FREE = 15_000;

    private static final int HIGHEST_FREE = 30_000;
    private static final int TRIES = 100;

    /** Free when it was given away, and its owner may not listen yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * The port to listen on.
     *
     * @param wanted 0 for any free port
     * @param owner who wants it, as the message names it
     * @throws LocalStackException when the wanted port is taken; the message names the port and both owners where known
     */
    static int choose(int wanted, String owner) {
        if (wanted < 0 || wanted > 65535) {
            throw new LocalStackException(
                    wanted + " is no port for " + owner + ": give 1 to 65535, or 0 for a free one.");
        }
        return wanted == ANY ? free(owner) : claimed(wanted, owner);
    }

    /**
     * A port that nobody listens on, never the same one twice.
     *
     * @param owner who wants it, as the message names it
     * @throws LocalStackException when none was found
     */
    public static int free(String owner) {
        for (int tries = 0; tries < TRIES; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_FREE, HIGHEST_FREE);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new LocalStackException("No free port was found for " + owner + ".");
    }

    private static int claimed(int wanted, String owner) {
        if (isFree(wanted)) {
            return wanted;
        }
        var holder = PortHolder.of(wanted).map(name -> " by " + name).orElse("");
        throw new LocalStackException("Port " + wanted + ", which " + owner + " wants, is taken" + holder
                + ". Stop that program or choose another port.");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
