using System.CommandLine;
using Heretix.Platform.Encryption;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix rotate-keys</c>: encrypts anew what older keys encrypted, while the server runs.</summary>
internal static class RotateKeysVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var rotate = new Command("rotate-keys", "Encrypt with the newest key what older keys encrypted; safe while the server runs");
        rotate.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (services, token) =>
                    {
                        var rotation = services.GetRequiredService<KeyRotation>();
                        await rotation.RunAsync(line => output.WriteLine(line), token);
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return rotate;
    }
}
