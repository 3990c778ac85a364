using System.Reflection;
using System.Runtime.InteropServices;

namespace Heretix.Lake.DuckDb;

/// <summary>Finds libduckdb and loads it, at the first use and not before: it is 70 MB.</summary>
internal static class DuckDbLibrary
{
    /// <summary>Names a file, and then no other place is looked at.</summary>
    internal const string Variable = "HERETIX_DUCKDB";

    private static readonly Lock Gate = new();
    private static nint _handle;

    /// <summary>Loads the library once per process.</summary>
    /// <exception cref="DuckDbMissingException">It is nowhere, or the file cannot be loaded.</exception>
    internal static void Load()
    {
        lock (Gate)
        {
            if (_handle != 0)
            {
                return;
            }
            _handle = LibrarySearch.OfThisProcess().Load();
            NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Native.Library ? _handle : 0;
}
