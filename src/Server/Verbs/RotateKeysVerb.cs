using System.CommandLine;
using Heretix.Platform.Encryption;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix rotate-keys</c>: encrypts anew what older keys encrypted, while the server runs.</summary>
internal static class RotateKeysVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var rotate = new Command(
            "rotate-keys",
            "Encrypt with the newest key what older keys encrypted; safe while the server runs"
        );
        rotate.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var rotation = server.App.Services.GetRequiredService<KeyRotation>();
                        var result = await rotation.RunAsync(output.WriteLine, token);
                        return result.Unreadable == 0
                            ? ExitCode.Ok
                            : throw new UserErrorException(
                                $"{result.Unreadable} values cannot be read with the keys in ENCRYPTION_KEY; add the one that is missing"
                            );
                    },
                    stop
                )
        );
        return rotate;
    }
}
