package io.warroom.config.http;

import java.net.URI;
import java.net.URISyntaxException;

/** What may be an address of the web in a setting. */
public final class WebAddress {

    private WebAddress() {}

    /** Whether it is an absolute http or https address with a host. */
    public static boolean isOne(String url) {
        try {
            var uri = new URI(url);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
