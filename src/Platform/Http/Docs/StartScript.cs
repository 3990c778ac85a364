using Heretix.Platform.Http.OpenApi;

namespace Heretix.Platform.Http.Docs;

/// <summary>Starts the API page with everything off that would leave this server.</summary>
internal static class StartScript
{
    public static ReadOnlyMemory<byte> Bytes =>
        System.Text.Encoding.UTF8.GetBytes(
            $$"""
            Scalar.createApiReference("#api", {
              url: "{{ApiDocumentServices.Path}}",
              agent: { disabled: true },
              mcp: { disabled: true },
              telemetry: false,
              externalUrls: {},
              hideClientButton: true,
              showDeveloperTools: "never",
              withDefaultFonts: false,
              documentDownloadType: "json",
              defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
              operationTitleSource: "summary",
            });

            """
        );
}
