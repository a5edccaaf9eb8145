package io.warroom.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on 127.0.0.1: a free one for whoever asks for 0, and a clear word when the wanted one is taken. */
final class Ports {
    private static final int ANY = 0;

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
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            return socket.getLocalPort();
        } catch (IOException e) {
            if (wanted == ANY) {
                throw new LocalStackException("No free port was found for " + owner + ": " + e.getMessage(), e);
            }
            var holder = PortHolder.of(wanted).map(name -> " by " + name).orElse("");
            throw new LocalStackException(
                    "Port " + wanted + ", which " + owner + " wants, is taken" + holder
                            + ". Stop that program or choose another port.",
                    e);
        }
    }
}
