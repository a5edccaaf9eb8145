package io.warroom.benchmarks.flow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** HTTP clients as their own documentation begins, with a pool that is large enough and nothing else. */
enum BarePosts {
    /** Apache's classic client. */
    APACHE {
        @Override
        LarkCalls.Post to(String baseUrl, int connections) {
            var client = HttpClients.custom()
                    .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                            .setMaxConnPerRoute(connections)
                            .setMaxConnTotal(connections)
                            .build())
                    .disableRedirectHandling()
                    .disableAutomaticRetries()
                    .disableCookieManagement()
                    .build();
            return (path, body) -> {
                var request = new HttpPost(baseUrl + path);
                request.setHeader("Authorization", "Bearer t");
                request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
                return client.execute(request, answer -> {
                    var bytes = EntityUtils.toByteArray(answer.getEntity());
                    if (bytes == null) {
                        throw new IOException("an empty answer");
                    }
                    return bytes;
                });
            };
        }
    },
    /** The JDK's own, HTTP/1.1, its work on virtual threads: with its default executor it has half the rate. */
    JDK {
        @Override
        LarkCalls.Post to(String baseUrl, int connections) {
            var client = java.net.http.HttpClient.newBuilder()
                    .version(java.net.http.HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
            return (path, body) -> client.send(
                            HttpRequest.newBuilder(URI.create(baseUrl + path))
                                    .header("Authorization", "Bearer t")
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        }
    };

    /** Made once a process; never closed. */
    abstract LarkCalls.Post to(String baseUrl, int connections);
}
