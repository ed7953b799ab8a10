<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>Commands</name>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Make</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New piece</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save MIDI…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase selected notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play or stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send a test note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Panic: all notes off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue from here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the selection again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop making, or clear the selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make music</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow the playhead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Snap to the grid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coarser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom to the selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys and help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show me round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Fractalroll</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DragHandle</name>
    <message>
        <source>Drag MIDI to DAW</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag as a MIDI file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pull this into a track of your DAW, or click to save a MIDI file (Ctrl+E)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to drag yet: make some music first (G).</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>Fractalroll: help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&lt;b&gt;G&lt;/b&gt; makes music; it appears coarse to fine and plays at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag over the roll to choose a region, then &lt;b&gt;R&lt;/b&gt; makes just that again. Everything can be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In your DAW, choose &lt;b&gt;Fractalroll&lt;/b&gt; as the MIDI input of a track, or drag the clip there with the button at the top right. Without a DAW you hear the built-in sound.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&lt;b&gt;Ctrl&lt;/b&gt; and the wheel zoom in time, with &lt;b&gt;Shift&lt;/b&gt; in pitch; the middle button pans; &lt;b&gt;Alt&lt;/b&gt; while dragging switches the grid off.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelsState</name>
    <message>
        <source>Can&apos;t remove {path} ({error}): close what uses it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} can&apos;t be a model&apos;s name: use letters, digits, - and _.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a model named {name} already: choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Can&apos;t rename {name}: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is no model: choose a folder that holds {file}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a model named {name} already: rename one of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Can&apos;t copy {path} ({error}): make room and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} came with Fractalroll and stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model named {name} any more.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>What you can do here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the notes go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes that went out after their time, and notes that were left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jitter: how far notes leave from their time, 99 of 100</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slack: how far ahead of its time the next note is ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What really computes the music</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loading the model …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, {0} left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>late notes {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>jitter {0} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>slack {0} ms</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Worker</name>
    <message>
        <source>{0} has said nothing for {1} seconds and was ended; try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} could not be started ({1}); install Fractalroll again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} broke down: {1}; try again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Card</name>
    <message>
        <source>Skip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>parent</name>
    <message>
        <source>Close this notice</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
