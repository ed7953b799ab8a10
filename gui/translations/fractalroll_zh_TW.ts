<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name>About</name>
    <message>
        <source>&lt;h3&gt;Fractalroll {0}&lt;/h3&gt;&lt;p&gt;Makes piano rolls and plays them live into your DAW. Everything happens on this machine; nothing is sent anywhere.&lt;/p&gt;&lt;p&gt;MIT licence. Runs on Python, Qt {1} (LGPL), NumPy and ONNX Runtime.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Fractalroll {0}&lt;/h3&gt;&lt;p&gt;產生鋼琴捲軸，並即時演奏到您的 DAW。一切都在這台電腦上進行，不會傳送任何資料。&lt;/p&gt;&lt;p&gt;MIT 授權。以 Python、Qt {1}（LGPL）、NumPy 與 ONNX Runtime 執行。&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>loaded</source>
        <translation>已載入</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>What was measured</source>
        <translation>測量結果</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>沒有模型</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>已載入</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>載入</translation>
    </message>
    <message>
        <source>Play with this model (Enter)</source>
        <translation>用這個模型演奏（Enter）</translation>
    </message>
    <message>
        <source>Load this model</source>
        <translation>載入這個模型</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重新命名…</translation>
    </message>
    <message>
        <source>Give it another name</source>
        <translation>換一個名稱</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Delete this model from the disk</source>
        <translation>從磁碟刪除這個模型</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Look at its files in the file manager</source>
        <translation>在檔案管理員中檢視其檔案</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>資料夾</translation>
    </message>
    <message>
        <source>{weights} weights, {bytes} on disk</source>
        <translation>{weights} 個權重，磁碟上 {bytes}</translation>
    </message>
    <message>
        <source>yes: plays without torch</source>
        <translation>有：不需要 torch 即可演奏</translation>
    </message>
    <message>
        <source>none: export it below, and it plays faster and without torch</source>
        <translation>無：在下方匯出後，演奏更快且不需要 torch</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>層級</translation>
    </message>
    <message>
        <source>Graphs</source>
        <translation>計算圖</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>風格</translation>
    </message>
    <message>
        <source>Learnt from</source>
        <translation>學習來源</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>製作日期</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>授權</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>指令</translation>
    </message>
</context>
<context>
    <name>ChoicePanel</name>
    <message>
        <source>2  What to train</source>
        <translation>2  訓練什麼</translation>
    </message>
    <message>
        <source>To train, Fractalroll needs a part that is not installed yet. Type this line into a terminal; it downloads that part.</source>
        <translation>訓練需要 Fractalroll 尚未安裝的一個部分。請在終端機輸入這一行，它會下載該部分。</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>開始訓練</translation>
    </message>
    <message>
        <source>First choose music.</source>
        <translation>請先選擇音樂。</translation>
    </message>
    <message>
        <source>On this machine {0} for {1} updates, graphs included.</source>
        <translation>在這台電腦上 {1} 次更新需要{0}，包含寫出計算圖。</translation>
    </message>
    <message>
        <source>Measuring how long that takes here …</source>
        <translation>正在測量所需時間…</translation>
    </message>
    <message>
        <source>How long that takes here could not be measured.</source>
        <translation>無法測量所需時間。</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>微調</translation>
    </message>
    <message>
        <source>Begin with a model that can play, and teach it more</source>
        <translation>從一個會演奏的模型開始，再教它更多</translation>
    </message>
    <message>
        <source>A new model</source>
        <translation>新模型</translation>
    </message>
    <message>
        <source>Begin with nothing; it hears only your music</source>
        <translation>從零開始，只聽您的音樂</translation>
    </message>
    <message>
        <source>Model to fine-tune</source>
        <translation>要微調的模型</translation>
    </message>
    <message>
        <source>How long: {0}</source>
        <translation>時間：{0}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名稱</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>模型名稱</translation>
    </message>
    <message>
        <source>By this name it stands among your models</source>
        <translation>它將以這個名稱列在您的模型中</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>&amp;File</source>
        <translation>檔案(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編輯(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Make</source>
        <translation>創作(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>檢視(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>說明(&amp;H)</translation>
    </message>
    <message>
        <source>New piece</source>
        <translation>新樂曲</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>開啟…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>儲存</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存新檔…</translation>
    </message>
    <message>
        <source>Save MIDI…</source>
        <translation>儲存 MIDI…</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>儲存圖片…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>設定…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>結束</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>貼上</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>再製</translation>
    </message>
    <message>
        <source>Erase selected notes</source>
        <translation>刪除選取的音符</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全選</translation>
    </message>
    <message>
        <source>Select whole bars</source>
        <translation>選取整個小節</translation>
    </message>
    <message>
        <source>Selection: one bar longer</source>
        <translation>選取範圍：延長一小節</translation>
    </message>
    <message>
        <source>Selection: one bar shorter</source>
        <translation>選取範圍：縮短一小節</translation>
    </message>
    <message>
        <source>Play or stop</source>
        <translation>播放或停止</translation>
    </message>
    <message>
        <source>To the start</source>
        <translation>到開頭</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>到結尾</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>循環</translation>
    </message>
    <message>
        <source>Send a test note</source>
        <translation>送出測試音</translation>
    </message>
    <message>
        <source>Panic: all notes off</source>
        <translation>緊急停音：關閉所有音符</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>產生</translation>
    </message>
    <message>
        <source>Continue from here</source>
        <translation>從這裡繼續</translation>
    </message>
    <message>
        <source>Make the selection again</source>
        <translation>重新產生選取範圍</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>變化</translation>
    </message>
    <message>
        <source>Stop making, close the notice, or clear the selection</source>
        <translation>停止產生、關閉通知，或清除選取</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>變奏</translation>
    </message>
    <message>
        <source>Make music</source>
        <translation>創作音樂</translation>
    </message>
    <message>
        <source>Train a model</source>
        <translation>訓練模型</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>現場</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>選取</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>繪製</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Follow the playhead</source>
        <translation>跟隨播放位置</translation>
    </message>
    <message>
        <source>Snap to the grid</source>
        <translation>貼齊格線</translation>
    </message>
    <message>
        <source>Coarser</source>
        <translation>較粗略</translation>
    </message>
    <message>
        <source>Finer</source>
        <translation>較精細</translation>
    </message>
    <message>
        <source>Zoom to the selection</source>
        <translation>縮放至選取範圍</translation>
    </message>
    <message>
        <source>Keys and help</source>
        <translation>按鍵與說明</translation>
    </message>
    <message>
        <source>Show me round</source>
        <translation>導覽</translation>
    </message>
    <message>
        <source>About Fractalroll</source>
        <translation>關於 Fractalroll</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>最近開啟</translation>
    </message>
    <message>
        <source>Variation, on its bar while it plays</source>
        <translation>變奏；播放時在其小節切換</translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Compare by ear</source>
        <translation>用耳朵比較</translation>
    </message>
    <message>
        <source>Model {letter}</source>
        <translation>模型 {letter}</translation>
    </message>
    <message>
        <source>Hear {letter}</source>
        <translation>聆聽 {letter}</translation>
    </message>
    <message>
        <source>Hear what {letter} makes; changes over at once</source>
        <translation>聆聽 {letter} 的音樂，立即切換</translation>
    </message>
    <message>
        <source>What {letter} made</source>
        <translation>{letter} 的音樂</translation>
    </message>
    <message>
        <source>seed </source>
        <translation>種子 </translation>
    </message>
    <message>
        <source>Seed for both</source>
        <translation>兩者共用的種子</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>換一個種子</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>Compare both models</source>
        <translation>比較兩個模型</translation>
    </message>
    <message>
        <source>Let both make {bars} bars out of one seed</source>
        <translation>讓兩者用同一個種子產生 {bars} 小節</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>CompareState</name>
    <message>
        <source>Can&apos;t compare with {name}: {reason}</source>
        <translation>無法與 {name} 比較：{reason}</translation>
    </message>
    <message>
        <source>What {name} made can&apos;t be read.</source>
        <translation>無法讀取 {name} 產生的音樂。</translation>
    </message>
</context>
<context>
    <name>CurveView</name>
    <message>
        <source>Training curves</source>
        <translation>訓練曲線</translation>
    </message>
    <message>
        <source>Wheel, + and -: zoom. Drag and arrow keys: move. Double click and Home: everything.</source>
        <translation>滾輪、+ 與 -：縮放。拖曳與方向鍵：移動。按兩下或 Home：顯示全部。</translation>
    </message>
    <message>
        <source>After update {0}: {1}.</source>
        <translation>第 {0} 次更新後：{1}。</translation>
    </message>
    <message>
        <source>Updates {0} to {1} are shown.</source>
        <translation>顯示第 {0} 到第 {1} 次更新。</translation>
    </message>
    <message>
        <source>The curves appear here as the model learns.</source>
        <translation>模型學習時曲線會顯示在這裡。</translation>
    </message>
    <message>
        <source>nats a step, less is better</source>
        <translation>每步 nats，越低越好</translation>
    </message>
    <message>
        <source>level {0}</source>
        <translation>層級 {0}</translation>
    </message>
    <message>
        <source>training</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>music kept aside</source>
        <translation>保留的音樂</translation>
    </message>
</context>
<context>
    <name>DetailGroup</name>
    <message>
        <source>Detail</source>
        <translation>細節</translation>
    </message>
    <message>
        <source>Look at the music as the model&apos;s coarser levels see it ([ and ])</source>
        <translation>以模型較粗的層級檢視音樂（[ 與 ]）</translation>
    </message>
    <message>
        <source>level {0} of {1}</source>
        <translation>層級 {0}／{1}</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>Change voice</source>
        <translation>變更聲部</translation>
    </message>
</context>
<context>
    <name>DragHandle</name>
    <message>
        <source>Drag MIDI to DAW</source>
        <translation>拖曳 MIDI 到 DAW</translation>
    </message>
    <message>
        <source>Drag selection to DAW</source>
        <translation>將選取範圍拖到 DAW</translation>
    </message>
    <message>
        <source>Drag as a MIDI file</source>
        <translation>以 MIDI 檔拖曳</translation>
    </message>
    <message>
        <source>Drag the selection as a MIDI file</source>
        <translation>將選取範圍拖曳為 MIDI 檔</translation>
    </message>
    <message>
        <source>Pull this into a track of your DAW, or click to save a MIDI file (Ctrl+E)</source>
        <translation>拖到 DAW 的音軌，或按一下儲存 MIDI 檔（Ctrl+E）</translation>
    </message>
    <message>
        <source>Only what is selected goes; Esc on the roll selects nothing</source>
        <translation>只會送出選取的內容；在鋼琴捲軸上按 Esc 可取消選取</translation>
    </message>
    <message>
        <source>Drag MIDI</source>
        <translation>拖曳 MIDI</translation>
    </message>
    <message>
        <source>Drag part</source>
        <translation>拖曳部分</translation>
    </message>
    <message>
        <source>There is nothing to drag yet: make some music first (G).</source>
        <translation>還沒有可拖曳的內容：請先產生音樂（G）。</translation>
    </message>
</context>
<context>
    <name>DropZone</name>
    <message>
        <source>Drop a folder of MIDI files here</source>
        <translation>將 MIDI 檔資料夾拖放到這裡</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>選擇資料夾…</translation>
    </message>
    <message>
        <source>Everything below the folder is searched</source>
        <translation>會搜尋資料夾下的所有內容</translation>
    </message>
    <message>
        <source>Bach&apos;s chorales</source>
        <translation>巴哈聖詠</translation>
    </message>
    <message>
        <source>The built-in music: about 350 chorales that come with the package music21</source>
        <translation>內建音樂：music21 套件附帶的約 350 首聖詠</translation>
    </message>
</context>
<context>
    <name>EngineState</name>
    <message>
        <source>The process that makes the music</source>
        <translation>產生音樂的程序</translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message>
        <source>Export to ONNX</source>
        <translation>匯出為 ONNX</translation>
    </message>
    <message>
        <source>Graphs play without torch and much faster. Before anything appears they are held against the torch model; if they differ, nothing is written.</source>
        <translation>計算圖不需要 torch 且快得多。寫入前會與 torch 模型比對；若有差異，則不寫入任何內容。</translation>
    </message>
    <message>
        <source>Add graphs to the model itself</source>
        <translation>將計算圖加入模型本身</translation>
    </message>
    <message>
        <source>Nothing else in its folder is touched</source>
        <translation>資料夾中的其他內容不變</translation>
    </message>
    <message>
        <source>Write a folder of its own, to give away</source>
        <translation>寫入獨立資料夾，方便分享</translation>
    </message>
    <message>
        <source>Weights inside the graphs</source>
        <translation>權重置於計算圖內</translation>
    </message>
    <message>
        <source>For programs that want one file a graph; larger, and no weights file beside</source>
        <translation>適合每個計算圖只要一個檔案的程式；較大，且沒有另外的權重檔</translation>
    </message>
    <message>
        <source>Coarsest level in 8 bits</source>
        <translation>最粗層級使用 8 位元</translation>
    </message>
    <message>
        <source>Faster for one roll, but a seed makes other notes than with torch</source>
        <translation>單一捲軸較快，但同一種子的音符會與 torch 不同</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>匯出</translation>
    </message>
    <message>
        <source>Export this model</source>
        <translation>匯出這個模型</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the export</source>
        <translation>取消匯出</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>匯出進度</translation>
    </message>
    <message>
        <source>Graphs against torch</source>
        <translation>計算圖與 torch 比對</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>複製報告</translation>
    </message>
    <message>
        <source>Copy the report as text</source>
        <translation>以文字複製報告</translation>
    </message>
    <message>
        <source>{count} graphs in {path}: {size}, {seconds:.0f} s</source>
        <translation>{path} 中有 {count} 個計算圖：{size}，{seconds:.0f} 秒</translation>
    </message>
</context>
<context>
    <name>ExportState</name>
    <message>
        <source>starting</source>
        <translation>啟動中</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>loading torch</source>
        <translation>載入 torch</translation>
    </message>
    <message>
        <source>graphs are written</source>
        <translation>計算圖已寫入</translation>
    </message>
    <message>
        <source>names, axes and shapes agree</source>
        <translation>名稱、軸與形狀一致</translation>
    </message>
    <message>
        <source>comparing values with torch&apos;s</source>
        <translation>與 torch 比對數值</translation>
    </message>
    <message>
        <source>comparing notes with torch&apos;s</source>
        <translation>與 torch 比對音符</translation>
    </message>
    <message>
        <source>The export&apos;s report can&apos;t be read; export again.</source>
        <translation>無法讀取匯出報告，請重新匯出。</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>The export ended before it was done; try again.</source>
        <translation>匯出未完成就結束了，請再試一次。</translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message>
        <source>{what}, {rate} Hz, period {period} ({ms} ms)</source>
        <translation>{what}，{rate} Hz，週期 {period}（{ms} 毫秒）</translation>
    </message>
    <message>
        <source>through RtMidi</source>
        <translation>透過 RtMidi</translation>
    </message>
    <message>
        <source>played by the kernel&apos;s own queue</source>
        <translation>由核心自己的佇列播放</translation>
    </message>
    <message>
        <source>each note stamped with its time</source>
        <translation>每個音符都標上自己的時間</translation>
    </message>
    <message>
        <source>through Windows MIDI Services</source>
        <translation>透過 Windows MIDI Services</translation>
    </message>
    <message>
        <source>no ALSA sequencer (/dev/snd/seq)</source>
        <translation>沒有 ALSA 音序器（/dev/snd/seq）</translation>
    </message>
    <message>
        <source>not running, or its JACK library (package pipewire-jack) is missing</source>
        <translation>未執行，或缺少其 JACK 程式庫（套件 pipewire-jack）</translation>
    </message>
    <message>
        <source>no libjack on this machine; start JACK or PipeWire</source>
        <translation>這部電腦沒有 libjack；請啟動 JACK 或 PipeWire</translation>
    </message>
    <message>
        <source>no JACK server answered; start JACK or PipeWire</source>
        <translation>沒有 JACK 伺服器回應；請啟動 JACK 或 PipeWire</translation>
    </message>
    <message>
        <source>no answer in {seconds} s</source>
        <translation>{seconds} 秒內沒有回應</translation>
    </message>
    <message>
        <source>PortAudio does not load: {why}</source>
        <translation>無法載入 PortAudio：{why}</translation>
    </message>
    <message>
        <source>The sound device opens but never asks for sound; choose another one.</source>
        <translation>音訊裝置已開啟，但從未要求聲音；請選擇其他裝置。</translation>
    </message>
    <message>
        <source>Can&apos;t play through {system}: {why}. Choose another output.</source>
        <translation>無法透過 {system} 播放：{why}。請選擇其他輸出。</translation>
    </message>
    <message>
        <source>This machine has no {system}; choose another output.</source>
        <translation>這部電腦沒有 {system}；請選擇其他輸出。</translation>
    </message>
    <message>
        <source>There is no port {port}; there are: {ports}.</source>
        <translation>沒有連接埠 {port}；現有：{ports}。</translation>
    </message>
    <message>
        <source>{port} went away; playing goes on elsewhere.</source>
        <translation>{port} 已不存在；改由其他輸出繼續播放。</translation>
    </message>
    <message>
        <source>The process that sends MIDI is gone: {why}</source>
        <translation>傳送 MIDI 的程序已結束：{why}</translation>
    </message>
    <message>
        <source>The input {port} went away; it is heard again when it is back.</source>
        <translation>輸入 {port} 已不存在；恢復後會再次接收。</translation>
    </message>
    <message>
        <source>{port} is not there to be listened to; what can be heard: {ports}.</source>
        <translation>找不到可聆聽的 {port}；可聆聽的有：{ports}。</translation>
    </message>
    <message>
        <source>Can&apos;t listen to a MIDI input: {why}. Choose another one.</source>
        <translation>無法接收 MIDI 輸入：{why}。請選擇其他輸入。</translation>
    </message>
    <message>
        <source>Can&apos;t follow that source: {why}. Start it, or choose another one.</source>
        <translation>無法跟隨該來源：{why}。請啟動它，或選擇其他來源。</translation>
    </message>
    <message>
        <source>The host went away; it is followed again when it is back.</source>
        <translation>主機已不存在；恢復後會再次跟隨。</translation>
    </message>
    <message>
        <source>The clock&apos;s port is gone; the clock goes on when it is back.</source>
        <translation>時鐘連接埠已消失；恢復後時鐘會繼續。</translation>
    </message>
    <message>
        <source>{port} went away and could not be opened again. Start the MIDI system and play again.</source>
        <translation>{port} 已消失，無法再次開啟。請啟動 MIDI 系統，然後再次播放。</translation>
    </message>
    <message>
        <source>Following Ableton Link needs aalink: pip install &quot;fractalroll[link]&quot;</source>
        <translation>跟隨 Ableton Link 需要 aalink：pip install &quot;fractalroll[link]&quot;</translation>
    </message>
    <message>
        <source>OSC needs python-osc: pip install &apos;fractalroll[osc]&apos;</source>
        <translation>OSC 需要 python-osc：pip install &apos;fractalroll[osc]&apos;</translation>
    </message>
    <message>
        <source>Can&apos;t hear OSC on port {port}: {why}. Choose another port.</source>
        <translation>無法在連接埠 {port} 接收 OSC：{why}。請選擇其他連接埠。</translation>
    </message>
    <message>
        <source>The clock of {port} stands still: its server was stopped. Start it again and play again.</source>
        <translation>{port} 的時鐘停住了：其伺服器已停止。請重新啟動它，再次播放。</translation>
    </message>
    <message>
        <source>There is no model at {source}; there are: {names}.</source>
        <translation>{source} 沒有模型；現有：{names}。</translation>
    </message>
    <message>
        <source>The model {path} can&apos;t be read: {why}</source>
        <translation>無法讀取模型 {path}：{why}</translation>
    </message>
    <message>
        <source>The model&apos;s graphs are damaged; export it again.</source>
        <translation>模型的計算圖已損壞；請重新匯出。</translation>
    </message>
    <message>
        <source>{path} has no graphs, and PyTorch, which plays without them, is not installed: {install}</source>
        <translation>{path} 沒有計算圖，而不需要計算圖的 PyTorch 也未安裝：{install}</translation>
    </message>
    <message>
        <source>{library} is missing: install Fractalroll again.</source>
        <translation>缺少 {library}：請重新安裝 Fractalroll。</translation>
    </message>
    <message>
        <source>Can&apos;t compute on CUDA ({why}); choose auto or cpu in the settings.</source>
        <translation>無法以 CUDA 計算（{why}）；請在設定中選擇 auto 或 cpu。</translation>
    </message>
    <message>
        <source>The engine broke down: {why}</source>
        <translation>引擎發生錯誤：{why}</translation>
    </message>
    <message>
        <source>No model is loaded; load one first.</source>
        <translation>尚未載入模型；請先載入一個。</translation>
    </message>
    <message>
        <source>The model has no style {style}; it has: {known}.</source>
        <translation>模型沒有風格 {style}；現有：{known}。</translation>
    </message>
    <message>
        <source>The model makes {model} parts and the piece has {piece}; take a model of one part.</source>
        <translation>模型產生 {model} 個聲部，而樂曲有 {piece} 個；請使用單聲部的模型。</translation>
    </message>
    <message>
        <source>The piece has {piece} steps a beat and the model {model}; it must be a multiple.</source>
        <translation>樂曲每拍 {piece} 步，模型為 {model} 步；前者必須是後者的倍數。</translation>
    </message>
    <message>
        <source>The region holds nothing that can be made; choose a larger one.</source>
        <translation>此區域沒有可產生的內容；請選擇較大的區域。</translation>
    </message>
</context>
<context>
    <name>GridGroup</name>
    <message>
        <source>Grid</source>
        <translation>格線</translation>
    </message>
    <message>
        <source>What notes and regions snap to; Alt turns it off for once</source>
        <translation>音符與區域貼齊的單位；按住 Alt 可暫時關閉</translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>Fractalroll: help</source>
        <translation>Fractalroll：說明</translation>
    </message>
    <message>
        <source>&lt;b&gt;G&lt;/b&gt; makes music; it appears coarse to fine and plays at once.</source>
        <translation>&lt;b&gt;G&lt;/b&gt; 產生音樂：由粗到細出現，並立即播放。</translation>
    </message>
    <message>
        <source>Drag over the roll to choose a region, then &lt;b&gt;R&lt;/b&gt; makes just that again. Everything can be undone.</source>
        <translation>在捲軸上拖曳選取區域，再按 &lt;b&gt;R&lt;/b&gt; 只重新產生該區域。一切都可以復原。</translation>
    </message>
    <message>
        <source>Drag over the bar numbers to choose whole bars, over the strip above them to loop. A region&apos;s edges and corners can be dragged.</source>
        <translation>在小節號上拖曳可選取整個小節，在其上方的橫條拖曳可設定循環。區域的邊與角都可以拖曳。</translation>
    </message>
    <message>
        <source>In your DAW, choose &lt;b&gt;Fractalroll&lt;/b&gt; as the MIDI input of a track, or drag the clip there with the button at the top right. Without a DAW you hear the built-in sound.</source>
        <translation>在 DAW 中選擇 &lt;b&gt;Fractalroll&lt;/b&gt; 作為音軌的 MIDI 輸入，或用右上角的按鈕把片段拖過去。沒有 DAW 時會聽到內建音色。</translation>
    </message>
    <message>
        <source>&lt;b&gt;Ctrl&lt;/b&gt; and the wheel zoom in time, with &lt;b&gt;Shift&lt;/b&gt; in pitch; the middle button pans; &lt;b&gt;Alt&lt;/b&gt;, held once a drag has begun, switches the grid off.</source>
        <translation>&lt;b&gt;Ctrl&lt;/b&gt; 加滾輪縮放時間，再加 &lt;b&gt;Shift&lt;/b&gt; 縮放音高；中鍵平移；開始拖曳後按住 &lt;b&gt;Alt&lt;/b&gt; 可關閉格線。</translation>
    </message>
</context>
<context>
    <name>InputPanel</name>
    <message>
        <source>What comes in</source>
        <translation>輸入什麼</translation>
    </message>
    <message>
        <source>A keyboard, a controller or a track of the DAW</source>
        <translation>鍵盤、控制器或 DAW 的一個音軌</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>輸入</translation>
    </message>
    <message>
        <source>Wild</source>
        <translation>狂野</translation>
    </message>
    <message>
        <source>Busy</source>
        <translation>密集</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟隨</translation>
    </message>
    <message>
        <source>Tidy</source>
        <translation>整潔</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>小節</translation>
    </message>
    <message>
        <source>What a knob of your controller moves:</source>
        <translation>控制器的旋鈕可以調整：</translation>
    </message>
    <message>
        <source>Learn</source>
        <translation>學習</translation>
    </message>
    <message>
        <source>Press, then turn a knob of the controller</source>
        <translation>按下後轉動控制器的旋鈕</translation>
    </message>
    <message>
        <source>Learn a knob for {0}</source>
        <translation>為「{0}」學習旋鈕</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘記</translation>
    </message>
    <message>
        <source>No knob drives this any more</source>
        <translation>不再由旋鈕控制</translation>
    </message>
    <message>
        <source>Forget the knob of {0}</source>
        <translation>忘記「{0}」的旋鈕</translation>
    </message>
    <message>
        <source>OSC, too, on port</source>
        <translation>也接收 OSC，連接埠</translation>
    </message>
    <message>
        <source>Other programs on this machine: /fractalroll/temperature 0.5, a share of 0 to 1</source>
        <translation>這部電腦上的其他程式：/fractalroll/temperature 0.5，數值為 0 到 1</translation>
    </message>
    <message>
        <source>UDP port of OSC</source>
        <translation>OSC 的 UDP 連接埠</translation>
    </message>
    <message>
        <source>The UDP port on which OSC is heard</source>
        <translation>接收 OSC 的 UDP 連接埠</translation>
    </message>
    <message>
        <source>none</source>
        <translation>無</translation>
    </message>
    <message>
        <source>our own input, Fractalroll in</source>
        <translation>我們自己的輸入 Fractalroll in</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>{0}: not there</source>
        <translation>{0}：不存在</translation>
    </message>
    <message>
        <source>Nothing is listened to.</source>
        <translation>目前不接收任何輸入。</translation>
    </message>
    <message>
        <source>Listens to {0}.</source>
        <translation>正在接收 {0}。</translation>
    </message>
    <message>
        <source>It can&apos;t be opened; it is tried again every few seconds.</source>
        <translation>無法開啟；每隔幾秒會再試一次。</translation>
    </message>
    <message>
        <source>Opening …</source>
        <translation>正在開啟 …</translation>
    </message>
    <message>
        <source>turn a knob …</source>
        <translation>請轉動旋鈕 …</translation>
    </message>
    <message>
        <source>CC {0}, channel {1}</source>
        <translation>CC {0}，聲道 {1}</translation>
    </message>
    <message>
        <source>Heard {0}, velocity {1}.</source>
        <translation>收到 {0}，力度 {1}。</translation>
    </message>
    <message>
        <source>Heard CC {0} on channel {1}: {2}.</source>
        <translation>收到聲道 {1} 的 CC {0}：{2}。</translation>
    </message>
</context>
<context>
    <name>Laying</name>
    <message>
        <source>Play together</source>
        <translation>一起演奏</translation>
    </message>
</context>
<context>
    <name>Lending</name>
    <message>
        <source>Playing together has the port; stop that first.</source>
        <translation>一起演奏正在使用連接埠；請先停止它。</translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message>
        <source>Playing live</source>
        <translation>現場演奏</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>A training runs. It stops, and can go on after the restart.</source>
        <translation>訓練正在進行。它會停止，重新啟動後可以繼續。</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>重新啟動</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Restart now?</source>
        <translation>要立即重新啟動嗎？</translation>
    </message>
    <message>
        <source>About Fractalroll</source>
        <translation>關於 Fractalroll</translation>
    </message>
    <message>
        <source>The piece could not be saved; it is open as it was.</source>
        <translation>無法儲存樂曲；它仍維持開啟。</translation>
    </message>
    <message>
        <source>Several MIDI files were dropped. To open one, drop it alone; to train on all of them, drop the folder that they are in.</source>
        <translation>拖入了多個 MIDI 檔。若要開啟其中一個，請單獨拖入；若要用全部來訓練，請拖入它們所在的資料夾。</translation>
    </message>
    <message>
        <source>A training runs. Drop the folder again when it is done.</source>
        <translation>正在訓練。請在訓練完成後再拖入資料夾。</translation>
    </message>
    <message>
        <source>Make music</source>
        <translation>創作音樂</translation>
    </message>
    <message>
        <source>Press Generate, or the key G. Music appears coarse to fine and plays: into your DAW when one listens, else with the built-in sound.</source>
        <translation>按「產生」或 G 鍵。音樂由粗到細出現並播放：DAW 有在聽就送到 DAW，否則用內建音色。</translation>
    </message>
    <message>
        <source>Change what you don&apos;t like</source>
        <translation>修改不喜歡的地方</translation>
    </message>
    <message>
        <source>Drag over a region and press R: only that is made again. Draw, move and erase notes as in any piano roll. Ctrl+Z takes everything back.</source>
        <translation>拖曳選取區域再按 R：只有那裡會重新產生。和任何鋼琴捲軸一樣繪製、移動、擦除音符。Ctrl+Z 可全部復原。</translation>
    </message>
    <message>
        <source>Take it into your DAW</source>
        <translation>帶進您的 DAW</translation>
    </message>
    <message>
        <source>Pull this into a track, or choose Fractalroll as the track&apos;s MIDI input. The key ? shows every other key.</source>
        <translation>把它拖進音軌，或選擇 Fractalroll 作為音軌的 MIDI 輸入。按 ? 可查看所有按鍵。</translation>
    </message>
</context>
<context>
    <name>Making</name>
    <message>
        <source>Generate</source>
        <translation>產生</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Nothing is selected; drag over the roll to select a region.</source>
        <translation>沒有選取任何內容；請在捲軸上拖曳選取區域。</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>重新產生</translation>
    </message>
    <message>
        <source>There is nothing to vary here; generate something first.</source>
        <translation>這裡沒有可變化的內容；請先產生音樂。</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>變化</translation>
    </message>
    <message>
        <source>Every part is locked; unlock one that may change.</source>
        <translation>所有聲部都已鎖定；請解鎖可以變更的聲部。</translation>
    </message>
    <message>
        <source>The selected parts are locked; unlock one that may change.</source>
        <translation>選取的聲部已鎖定；請解鎖可以變更的聲部。</translation>
    </message>
    <message>
        <source>The selection lies behind the end of the piece.</source>
        <translation>選取範圍在樂曲結尾之後。</translation>
    </message>
</context>
<context>
    <name>MakingPanel</name>
    <message>
        <source>Making music</source>
        <translation>正在產生音樂</translation>
    </message>
    <message>
        <source>The model, and what really computes the music</source>
        <translation>模型，以及實際計算音樂的裝置</translation>
    </message>
    <message>
        <source>What to make</source>
        <translation>產生什麼</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>小節</translation>
    </message>
    <message>
        <source>How many bars are made</source>
        <translation>要產生幾小節</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>調性</translation>
    </message>
    <message>
        <source>The key that the model aims at</source>
        <translation>模型嘗試的調性</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>維持原樣</translation>
    </message>
    <message>
        <source>Metre</source>
        <translation>拍號</translation>
    </message>
    <message>
        <source>Beats of a bar, for what Generate makes</source>
        <translation>「產生」使用的每小節拍數</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>風格</translation>
    </message>
    <message>
        <source>One of the styles that the model knows</source>
        <translation>模型認識的風格之一</translation>
    </message>
    <message>
        <source>Wild</source>
        <translation>狂野</translation>
    </message>
    <message>
        <source>Temperature: 1 is as the model learnt it, less is tamer, more is bolder</source>
        <translation>溫度：1 與所學相同，較低較溫和，較高較大膽</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>Busy</source>
        <translation>密集</translation>
    </message>
    <message>
        <source>Density: about so many notes a beat</source>
        <translation>密度：每拍約多少音符</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟隨</translation>
    </message>
    <message>
        <source>Guidance: how closely key, style and density are followed; 1 is as learnt</source>
        <translation>引導：遵循調性、風格與密度的程度；1 與所學相同</translation>
    </message>
    <message>
        <source>Tidy</source>
        <translation>整潔</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>種子</translation>
    </message>
    <message>
        <source>The same seed and settings give the same notes</source>
        <translation>相同的種子與設定會得到相同的音符</translation>
    </message>
    <message>
        <source>Throw the dice: another seed</source>
        <translation>擲骰子：換一個種子</translation>
    </message>
    <message>
        <source>Keep this seed instead of a new one each time</source>
        <translation>保留這個種子，而不是每次換新的</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>選取</translation>
    </message>
    <message>
        <source>Regenerate (R)</source>
        <translation>重新產生 (R)</translation>
    </message>
    <message>
        <source>Make what is selected again; all else stays</source>
        <translation>重新產生選取的部分，其餘不變</translation>
    </message>
    <message>
        <source>Vary (V)</source>
        <translation>變化 (V)</translation>
    </message>
    <message>
        <source>Make it again, keeping what is chosen below; everything if nothing is selected</source>
        <translation>重新產生並保留下方所選；未選取時套用到全部</translation>
    </message>
    <message>
        <source>Continue (C)</source>
        <translation>繼續 (C)</translation>
    </message>
    <message>
        <source>Go on from the selection&apos;s end, or from the last note</source>
        <translation>從選取範圍的結尾或最後一個音符繼續</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>What Vary leaves as it is: levels of the model</source>
        <translation>「變化」保留不動的部分：模型的層級</translation>
    </message>
    <message>
        <source>Stop  (Esc)</source>
        <translation>停止  (Esc)</translation>
    </message>
    <message>
        <source>Generate  (G)</source>
        <translation>產生  (G)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>產生</translation>
    </message>
    <message>
        <source>Stop making; the piece stays as it was</source>
        <translation>停止產生；樂曲維持原樣</translation>
    </message>
    <message>
        <source>Make music</source>
        <translation>創作音樂</translation>
    </message>
    <message>
        <source>loading the model …</source>
        <translation>正在載入模型…</translation>
    </message>
    <message>
        <source>Leaves out unlikely notes: fewer strays; 1 leaves in all (top_p = {0})</source>
        <translation>排除不太可能的音符：較少雜音；1 為全部保留（top_p = {0}）</translation>
    </message>
    <message>
        <source>nothing selected</source>
        <translation>未選取</translation>
    </message>
    <message>
        <source>Selection · {0}</source>
        <translation>選取 · {0}</translation>
    </message>
    <message>
        <source>bar {0}</source>
        <translation>第 {0} 小節</translation>
    </message>
    <message>
        <source>bars {0}–{1}</source>
        <translation>第 {0}–{1} 小節</translation>
    </message>
    <message>
        <source>rhythm, and levels down to {0}</source>
        <translation>節奏，以及到層級 {0} 為止</translation>
    </message>
    <message>
        <source>rhythm</source>
        <translation>節奏</translation>
    </message>
    <message>
        <source>rhythm and outline</source>
        <translation>節奏與輪廓</translation>
    </message>
</context>
<context>
    <name>MakingState</name>
    <message>
        <source>{0}; the bundled model is loaded instead.</source>
        <translation>{0}；改為載入內附模型。</translation>
    </message>
</context>
<context>
    <name>MetersPanel</name>
    <message>
        <source>Is it on time?</source>
        <translation>準時嗎？</translation>
    </message>
    <message>
        <source>The model, and what really computes the music</source>
        <translation>模型，以及實際計算音樂的裝置</translation>
    </message>
    <message>
        <source>Slack</source>
        <translation>餘裕</translation>
    </message>
    <message>
        <source>The least time music was ready before it was due</source>
        <translation>音樂提前備妥的最短時間</translation>
    </message>
    <message>
        <source>Worst delay</source>
        <translation>最大延遲</translation>
    </message>
    <message>
        <source>The largest delay of a note that was sent</source>
        <translation>已送出音符的最大延遲</translation>
    </message>
    <message>
        <source>Late notes</source>
        <translation>遲到的音符</translation>
    </message>
    <message>
        <source>Notes that went out after their time</source>
        <translation>晚於時間送出的音符</translation>
    </message>
    <message>
        <source>Dropped notes</source>
        <translation>捨棄的音符</translation>
    </message>
    <message>
        <source>Notes left out because they were too late</source>
        <translation>因太遲而略過的音符</translation>
    </message>
    <message>
        <source>Notes sent</source>
        <translation>已送出的音符</translation>
    </message>
    <message>
        <source>Since the port was opened</source>
        <translation>自連接埠開啟以來</translation>
    </message>
    <message>
        <source>Sounding now</source>
        <translation>正在發聲</translation>
    </message>
    <message>
        <source>Notes that are on</source>
        <translation>目前按著的音符</translation>
    </message>
    <message>
        <source>{0} ms</source>
        <translation>{0} 毫秒</translation>
    </message>
    <message>
        <source>Computed by {0}</source>
        <translation>計算：{0}</translation>
    </message>
</context>
<context>
    <name>MissingPanel</name>
    <message>
        <source>What to type into a terminal</source>
        <translation>要在終端機輸入的內容</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Copy this line, to paste it into a terminal</source>
        <translation>複製這一行，以便貼到終端機</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再檢查一次</translation>
    </message>
    <message>
        <source>It is installed now</source>
        <translation>現在已經安裝好了</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已複製</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>新增…</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>新增模型</translation>
    </message>
    <message>
        <source>Copy a model&apos;s folder from anywhere into this list</source>
        <translation>從任何位置複製模型資料夾到這個清單</translation>
    </message>
</context>
<context>
    <name>ModelsState</name>
    <message>
        <source>Can&apos;t remove {path} ({error}): close what uses it and try again.</source>
        <translation>無法移除 {path}（{error}）：請關閉使用它的程式後再試。</translation>
    </message>
    <message>
        <source>{name} can&apos;t be a model&apos;s name: use letters, digits, - and _.</source>
        <translation>{name} 不能作為模型名稱：請使用字母、數字、- 與 _。</translation>
    </message>
    <message>
        <source>There is a model named {name} already: choose another name.</source>
        <translation>已有名為 {name} 的模型：請換一個名稱。</translation>
    </message>
    <message>
        <source>Can&apos;t rename {name}: {error}.</source>
        <translation>無法重新命名 {name}：{error}。</translation>
    </message>
    <message>
        <source>{path} is no model: choose a folder that holds {file}.</source>
        <translation>{path} 不是模型：請選擇包含 {file} 的資料夾。</translation>
    </message>
    <message>
        <source>There is a model named {name} already: rename one of them.</source>
        <translation>已有名為 {name} 的模型：請重新命名其中一個。</translation>
    </message>
    <message>
        <source>Can&apos;t copy {path} ({error}): make room and try again.</source>
        <translation>無法複製 {path}（{error}）：請騰出空間後再試。</translation>
    </message>
    <message>
        <source>{name} came with Fractalroll and stays as it is.</source>
        <translation>{name} 隨 Fractalroll 提供，維持原樣。</translation>
    </message>
    <message>
        <source>There is no model named {name} any more.</source>
        <translation>已沒有名為 {name} 的模型。</translation>
    </message>
</context>
<context>
    <name>MusicPanel</name>
    <message>
        <source>1  Music to learn from</source>
        <translation>1  學習的音樂</translation>
    </message>
    <message>
        <source>Bach&apos;s chorales come with the package music21, which is not installed yet. Type this line into a terminal; it downloads it.</source>
        <translation>巴赫聖詠來自 music21 套件，目前尚未安裝。請在終端機輸入這一行，它會下載該套件。</translation>
    </message>
    <message>
        <source>Files looked at</source>
        <translation>已檢視的檔案</translation>
    </message>
    <message>
        <source>Show each file that was passed over, and why</source>
        <translation>顯示每個略過的檔案及原因</translation>
    </message>
    <message>
        <source>Bach&apos;s chorales</source>
        <translation>巴哈聖詠</translation>
    </message>
    <message>
        <source>Reading {0} of {1} files …</source>
        <translation>正在讀取第 {0} 個檔案，共 {1} 個…</translation>
    </message>
    <message>
        <source>Looking for music …</source>
        <translation>正在尋找音樂…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>檔案</translation>
    </message>
    <message>
        <source>Why it was passed over</source>
        <translation>略過原因</translation>
    </message>
    <message>
        <source>Files that were passed over</source>
        <translation>略過的檔案</translation>
    </message>
    <message>
        <source>{0} passed over</source>
        <translation>略過 {0} 個</translation>
    </message>
    <message>
        <source>{0} twice the same</source>
        <translation>{0} 個重複</translation>
    </message>
</context>
<context>
    <name>MusicState</name>
    <message>
        <source>The folder could not be looked at; try again.</source>
        <translation>無法檢視資料夾，請再試一次。</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Notice</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>詳細資料</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>關閉通知</translation>
    </message>
</context>
<context>
    <name>OutState</name>
    <message>
        <source>Save MIDI: only what is selected</source>
        <translation>儲存 MIDI：只含選取的內容</translation>
    </message>
    <message>
        <source>Save MIDI</source>
        <translation>儲存 MIDI</translation>
    </message>
    <message>
        <source>Save a picture: only what is selected</source>
        <translation>儲存圖片：只含選取的內容</translation>
    </message>
    <message>
        <source>Save a picture</source>
        <translation>儲存圖片</translation>
    </message>
    <message>
        <source>{count} notes copied.</source>
        <translation>已複製 {count} 個音符。</translation>
    </message>
    <message>
        <source>Saved {path}: only what is selected.</source>
        <translation>已儲存 {path}：只含選取的內容。</translation>
    </message>
    <message>
        <source>Saved {path}.</source>
        <translation>已儲存 {path}。</translation>
    </message>
    <message>
        <source>There is no note to take out yet: make some music first (G).</source>
        <translation>還沒有可取出的音符：請先產生音樂（G）。</translation>
    </message>
</context>
<context>
    <name>OutputPanel</name>
    <message>
        <source>Where the music goes</source>
        <translation>音樂輸出到哪裡</translation>
    </message>
    <message>
        <source>Look again which outputs there are</source>
        <translation>重新尋找可用的輸出</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新尋找</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>輸出</translation>
    </message>
    <message>
        <source>a channel each, on one port</source>
        <translation>各用一個聲道，共用一個連接埠</translation>
    </message>
    <message>
        <source>a port each</source>
        <translation>各用一個連接埠</translation>
    </message>
    <message>
        <source>A port for each part lets a DAW record them on tracks of their own</source>
        <translation>每個聲部一個連接埠，DAW 就能分軌錄音</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>聲部</translation>
    </message>
    <message>
        <source>What the built-in sound plays with; a General MIDI SoundFont, sf2 or sf3</source>
        <translation>內建音色使用的 General MIDI SoundFont（sf2 或 sf3）</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>音色</translation>
    </message>
    <message>
        <source>Send a test note</source>
        <translation>送出測試音</translation>
    </message>
    <message>
        <source>One short note, to hear whether anything arrives</source>
        <translation>送出一個短音，確認是否有聲音</translation>
    </message>
    <message>
        <source>Panic</source>
        <translation>緊急停音</translation>
    </message>
    <message>
        <source>Silence everything on every channel, and stop</source>
        <translation>關閉所有聲道的聲音並停止</translation>
    </message>
    <message>
        <source>the best SoundFont there is</source>
        <translation>現有最好的 SoundFont</translation>
    </message>
    <message>
        <source>our own strings and drums</source>
        <translation>我們自己的弦音與鼓聲</translation>
    </message>
    <message>
        <source>choose a SoundFont …</source>
        <translation>選擇 SoundFont …</translation>
    </message>
    <message>
        <source>By itself: the DAW if it listens, else the built-in sound</source>
        <translation>自動：DAW 有在聽就送到 DAW，否則用內建音色</translation>
    </message>
    <message>
        <source>Built-in sound</source>
        <translation>內建音色</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>Our own port {0} ({1})</source>
        <translation>我們自己的連接埠 {0}（{1}）</translation>
    </message>
    <message>
        <source>{0}: not there</source>
        <translation>{0}：不存在</translation>
    </message>
    <message>
        <source>Nothing is open yet; press Play or send a test note.</source>
        <translation>尚未開啟任何輸出；請按播放或送出測試音。</translation>
    </message>
    <message>
        <source>Plays on {0} ({1}).</source>
        <translation>在 {0} 上播放（{1}）。</translation>
    </message>
    <message>
        <source>Plays on {0} ({1}), but nobody is connected to it.</source>
        <translation>在 {0} 上播放（{1}），但沒有人連接。</translation>
    </message>
    <message>
        <source>Plays on {0} ({1}); connected: {2}.</source>
        <translation>在 {0} 上播放（{1}）；已連接：{2}。</translation>
    </message>
    <message>
        <source>Plays on the built-in sound: {0}.</source>
        <translation>以內建音色播放：{0}。</translation>
    </message>
    <message>
        <source>Plays in silence: PortAudio does not load ({0}); install libportaudio2.</source>
        <translation>靜音播放：無法載入 PortAudio（{0}）；請安裝 libportaudio2。</translation>
    </message>
    <message>
        <source>Plays in silence: there is no sound device ({0}).</source>
        <translation>靜音播放：沒有音訊裝置（{0}）。</translation>
    </message>
    <message>
        <source>Plays in silence: {0}</source>
        <translation>靜音播放：{0}</translation>
    </message>
    <message>
        <source>Choose a SoundFont</source>
        <translation>選擇 SoundFont</translation>
    </message>
    <message>
        <source>SoundFonts (*.sf2 *.sf3 *.sfo)</source>
        <translation>SoundFont (*.sf2 *.sf3 *.sfo)</translation>
    </message>
</context>
<context>
    <name>ParityView</name>
    <message>
        <source>Picture of the parity report</source>
        <translation>比對報告圖</translation>
    </message>
    <message>
        <source>allowed</source>
        <translation>容許</translation>
    </message>
</context>
<context>
    <name>PendingState</name>
    <message>
        <source>{0} · level {1} of {2}</source>
        <translation>{0} · 層級 {1}／{2}</translation>
    </message>
</context>
<context>
    <name>PhaseMeter</name>
    <message>
        <source>How far what you hear is from the host, in the last fifteen seconds: above the line later, below earlier, without the nudge. The stripe is a millisecond to either side.</source>
        <translation>最近十五秒內，您聽到的聲音與主機相差多少：線上方為較晚，線下方為較早，不含微調。色帶為前後各一毫秒。</translation>
    </message>
    <message>
        <source>exactly with the host</source>
        <translation>與主機完全一致</translation>
    </message>
    <message>
        <source>{0} ms later than the host</source>
        <translation>比主機晚 {0} 毫秒</translation>
    </message>
    <message>
        <source>{0} ms earlier than the host</source>
        <translation>比主機早 {0} 毫秒</translation>
    </message>
    <message>
        <source>{0}; lately {1} ms at most</source>
        <translation>{0}；最近最多相差 {1} 毫秒</translation>
    </message>
</context>
<context>
    <name>PieceFiles</name>
    <message>
        <source>Open</source>
        <translation>開啟</translation>
    </message>
    <message>
        <source>Fractalroll pieces (*{0})</source>
        <translation>Fractalroll 樂曲 (*{0})</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存新檔</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>儲存</translation>
    </message>
    <message>
        <source>Don&apos;t save</source>
        <translation>不儲存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The piece has changes that are not saved.</source>
        <translation>樂曲有尚未儲存的變更。</translation>
    </message>
    <message>
        <source>Save the piece?</source>
        <translation>要儲存樂曲嗎？</translation>
    </message>
    <message>
        <source>Saved as {0}.</source>
        <translation>已儲存為 {0}。</translation>
    </message>
    <message>
        <source>Pieces and MIDI files (*{0} {1})</source>
        <translation>樂曲與 MIDI 檔 (*{0} {1})</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
</context>
<context>
    <name>ProgressPanel</name>
    <message>
        <source>Updates made</source>
        <translation>已完成的更新</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>Training {0}</source>
        <translation>正在訓練 {0}</translation>
    </message>
    <message>
        <source>{0} is paused</source>
        <translation>{0} 已暫停</translation>
    </message>
    <message>
        <source>Finishing {0}</source>
        <translation>正在完成 {0}</translation>
    </message>
    <message>
        <source>{0} is ready</source>
        <translation>{0} 已完成</translation>
    </message>
    <message>
        <source>{0} broke off</source>
        <translation>{0} 中斷了</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暫停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished">停止</translation>
    </message>
    <message>
        <source>End here; what it has learnt is kept, to go on with later</source>
        <translation>在此停止；所學會保留，之後可以繼續</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>放棄</translation>
    </message>
    <message>
        <source>update {0} of {1}</source>
        <translation>更新 {0}／{1}</translation>
    </message>
    <message>
        <source>Reading the music and waking up the model …</source>
        <translation>正在讀取音樂並喚醒模型…</translation>
    </message>
    <message>
        <source>It went on from the last checkpoint.</source>
        <translation>已從上一個檢查點繼續。</translation>
    </message>
    <message>
        <source>Choose music on the left, then press Start training.</source>
        <translation>請在左側選擇音樂，然後按「開始訓練」。</translation>
    </message>
    <message>
        <source>{0}; nothing computes until it goes on.</source>
        <translation>{0}；在繼續之前不會計算。</translation>
    </message>
    <message>
        <source>The best weights so far are written as a model, with graphs so that it plays fast.</source>
        <translation>目前最佳的權重將寫成模型，並附計算圖以快速演奏。</translation>
    </message>
    <message>
        <source>It is loaded: Generate makes music with it.</source>
        <translation>已載入：按「產生」就會用它創作。</translation>
    </message>
    <message>
        <source>It is among your models. Load it to make music with it.</source>
        <translation>它已在您的模型中。載入即可用它創作音樂。</translation>
    </message>
    <message>
        <source>At {0}. It can go on from its last checkpoint.</source>
        <translation>停在 {0}。可從上一個檢查點繼續。</translation>
    </message>
    <message>
        <source>Stopping {0}</source>
        <translation>正在停止 {0}</translation>
    </message>
    <message>
        <source>{0} is stopped</source>
        <translation>{0} 已停止</translation>
    </message>
    <message>
        <source>What it has learnt so far is being kept …</source>
        <translation>正在保留目前所學…</translation>
    </message>
    <message>
        <source>At {0}, which is kept: go on now or another day. Give up deletes it.</source>
        <translation>停在{0}，已保留：可現在或改天繼續。「放棄」會將它刪除。</translation>
    </message>
    <message>
        <source>Leave the machine to something else for a while</source>
        <translation>讓電腦暫時做別的事</translation>
    </message>
    <message>
        <source>Finish now</source>
        <translation>立即完成</translation>
    </message>
    <message>
        <source>End here and keep the best model so far</source>
        <translation>在此結束並保留目前最佳的模型</translation>
    </message>
    <message>
        <source>Delete what there is of it</source>
        <translation type="unfinished">刪除現有的部分</translation>
    </message>
    <message>
        <source>Go on from the last checkpoint</source>
        <translation>從上一個檢查點繼續</translation>
    </message>
    <message>
        <source>Load it</source>
        <translation>載入</translation>
    </message>
    <message>
        <source>Make music with this model</source>
        <translation>用這個模型創作音樂</translation>
    </message>
    <message>
        <source>Whole model</source>
        <translation>整個模型</translation>
    </message>
    <message>
        <source>Each level</source>
        <translation>各層級</translation>
    </message>
    <message>
        <source>How well it knows the music, and music kept aside</source>
        <translation>它對音樂與保留音樂的熟悉程度</translation>
    </message>
    <message>
        <source>What each level, coarse to fine, still has to learn</source>
        <translation>由粗到細，各層級還需要學習的部分</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部顯示</translation>
    </message>
    <message>
        <source>Zoom out to the whole training</source>
        <translation>縮小到整個訓練過程</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>Forget all of them</source>
        <translation>全部清除</translation>
    </message>
</context>
<context>
    <name>RollCanvas</name>
    <message>
        <source>Piano roll</source>
        <translation>鋼琴捲軸</translation>
    </message>
    <message>
        <source>Esc stops</source>
        <translation>Esc 停止</translation>
    </message>
</context>
<context>
    <name>RollEdits</name>
    <message>
        <source>Draw note</source>
        <translation>繪製音符</translation>
    </message>
    <message>
        <source>Erase notes</source>
        <translation>擦除音符</translation>
    </message>
    <message>
        <source>Copy notes</source>
        <translation>複製音符</translation>
    </message>
    <message>
        <source>Move notes</source>
        <translation>移動音符</translation>
    </message>
    <message>
        <source>Resize notes</source>
        <translation>調整音符長度</translation>
    </message>
    <message>
        <source>Change velocities</source>
        <translation>變更力度</translation>
    </message>
    <message>
        <source>Paste notes</source>
        <translation>貼上音符</translation>
    </message>
    <message>
        <source>Duplicate notes</source>
        <translation>再製音符</translation>
    </message>
</context>
<context>
    <name>RollKeyboard</name>
    <message>
        <source>Piano keys</source>
        <translation>鋼琴鍵盤</translation>
    </message>
    <message>
        <source>Press a key to hear it; further right is louder.</source>
        <translation>按琴鍵試聽；越靠右越大聲。</translation>
    </message>
</context>
<context>
    <name>RollMinimap</name>
    <message>
        <source>Overview of the piece</source>
        <translation>樂曲總覽</translation>
    </message>
    <message>
        <source>Arrow keys scroll, plus and minus zoom.</source>
        <translation>方向鍵捲動，加減鍵縮放。</translation>
    </message>
    <message>
        <source>Drag to go there; drag the sides or turn the wheel to zoom.</source>
        <translation>拖曳前往；拖曳兩側或轉動滾輪縮放。</translation>
    </message>
</context>
<context>
    <name>RollPanel</name>
    <message>
        <source>Piano roll with its tools</source>
        <translation>鋼琴捲軸與工具</translation>
    </message>
    <message>
        <source>Vel</source>
        <translation>力度</translation>
    </message>
    <message>
        <source>How loud each note is</source>
        <translation>每個音符的音量</translation>
    </message>
</context>
<context>
    <name>RollRuler</name>
    <message>
        <source>Ruler</source>
        <translation>尺規</translation>
    </message>
    <message>
        <source>Bars. Arrow keys move the playhead by a bar; Delete takes the loop away.</source>
        <translation>小節。方向鍵將播放位置移動一小節；Delete 移除循環。</translation>
    </message>
    <message>
        <source>Click: play from here. Drag over the numbers: choose whole bars; Shift and click goes on to there. Drag over the strip above: loop; double click: no loop.</source>
        <translation>按一下：從這裡播放。在小節號上拖曳：選取整個小節；按住 Shift 按一下可延伸到該處。在上方橫條拖曳：循環；按兩下：取消循環。</translation>
    </message>
    <message>
        <source>loop</source>
        <translation>循環</translation>
    </message>
</context>
<context>
    <name>RollTelling</name>
    <message>
        <source>The region keeps to the model&apos;s patches; hold Alt now for single notes and steps.</source>
        <translation>區域會對齊模型的區塊；現在按住 Alt 可逐音逐步選取。</translation>
    </message>
    <message>
        <source>{0}, bar {1}, beat {2}</source>
        <translation>{0}，第 {1} 小節第 {2} 拍</translation>
    </message>
    <message>
        <source>{0}: note of {1}, velocity {2}</source>
        <translation>{0}：長度 {1}，力度 {2}</translation>
    </message>
    <message>
        <source>bar {0}</source>
        <translation>第 {0} 小節</translation>
    </message>
    <message>
        <source>bars {0}–{1}</source>
        <translation>第 {0}–{1} 小節</translation>
    </message>
</context>
<context>
    <name>RollToolBar</name>
    <message>
        <source>Roll tools</source>
        <translation>捲軸工具</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>選取</translation>
    </message>
    <message>
        <source>Select, move and resize notes (1)</source>
        <translation>選取、移動與調整音符（1）</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>繪製</translation>
    </message>
    <message>
        <source>Draw notes (2)</source>
        <translation>繪製音符（2）</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Erase notes (3); also with the right button</source>
        <translation>擦除音符（3）；也可用右鍵</translation>
    </message>
    <message>
        <source>Snap</source>
        <translation>貼齊</translation>
    </message>
    <message>
        <source>Snap to the grid (S)</source>
        <translation>貼齊格線（S）</translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>摺疊</translation>
    </message>
    <message>
        <source>Show only rows with notes, or of the scale</source>
        <translation>只顯示有音符或屬於音階的列</translation>
    </message>
    <message>
        <source>Ghost</source>
        <translation>殘影</translation>
    </message>
    <message>
        <source>Let the variation before show through</source>
        <translation>透出前一個變奏</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟隨</translation>
    </message>
    <message>
        <source>Follow the playhead (F)</source>
        <translation>跟隨播放位置（F）</translation>
    </message>
    <message>
        <source>Following waits until the playhead is in sight again; F ends the wait</source>
        <translation>跟隨暫停，直到再次看見播放位置；按 F 立即恢復</translation>
    </message>
    <message>
        <source>Follow, paused</source>
        <translation>跟隨（已暫停）</translation>
    </message>
</context>
<context>
    <name>SampleRow</name>
    <message>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>update {0}</source>
        <translation>更新 {0}</translation>
    </message>
    <message>
        <source>Picture of the bars made, {0}</source>
        <translation>所產生小節的圖，{0}</translation>
    </message>
    <message>
        <source>Stop the bars made, {0}</source>
        <translation>停止播放所產生的小節，{0}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Play the bars made, {0}</source>
        <translation>播放所產生的小節，{0}</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>聆聽</translation>
    </message>
</context>
<context>
    <name>SamplesPanel</name>
    <message>
        <source>What it makes</source>
        <translation>它的作品</translation>
    </message>
    <message>
        <source>A few bars appear here now and then, to look at and to hear.</source>
        <translation>這裡會不時出現幾小節，供您觀看與聆聽。</translation>
    </message>
</context>
<context>
    <name>ScaleButton</name>
    <message>
        <source>Scale</source>
        <translation>音階</translation>
    </message>
    <message>
        <source>Light up the rows of the key; the menu chooses another one</source>
        <translation>標示調性的列；選單可選擇其他調性</translation>
    </message>
    <message>
        <source>Key of the piece</source>
        <translation>樂曲的調性</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Dark or light colours.</source>
        <translation>深色或淺色。</translation>
    </message>
    <message>
        <source>The window&apos;s language, from the next start.</source>
        <translation>視窗的語言，下次啟動時生效。</translation>
    </message>
    <message>
        <source>Where the window was, in Qt&apos;s own words.</source>
        <translation>視窗的位置，以 Qt 的格式記錄。</translation>
    </message>
    <message>
        <source>Whether the tour of the first start was seen.</source>
        <translation>是否看過首次啟動的導覽。</translation>
    </message>
    <message>
        <source>The model that is loaded at the start.</source>
        <translation>啟動時載入的模型。</translation>
    </message>
    <message>
        <source>What computes: auto, cpu or an accelerator.</source>
        <translation>計算裝置：自動、CPU 或加速器。</translation>
    </message>
    <message>
        <source>How many bars Generate makes.</source>
        <translation>「產生」的小節數。</translation>
    </message>
    <message>
        <source>How wild: 1 is as learnt.</source>
        <translation>狂野程度：1 與所學相同。</translation>
    </message>
    <message>
        <source>Leaves out what is improbable: 1 is off.</source>
        <translation>排除不太可能的選擇：1 為關閉。</translation>
    </message>
    <message>
        <source>How closely wishes are followed.</source>
        <translation>遵循要求的程度。</translation>
    </message>
    <message>
        <source>Make the same notes again with the same settings.</source>
        <translation>以相同設定再次產生相同音符。</translation>
    </message>
    <message>
        <source>The seed, kept while it is locked.</source>
        <translation>種子，鎖定時保留。</translation>
    </message>
    <message>
        <source>Play what was made at once.</source>
        <translation>產生後立即播放。</translation>
    </message>
    <message>
        <source>Notes keep to the grid.</source>
        <translation>音符貼齊格線。</translation>
    </message>
    <message>
        <source>Keep the playhead in sight.</source>
        <translation>讓播放位置保持可見。</translation>
    </message>
    <message>
        <source>Show the variation before behind the notes.</source>
        <translation>在音符後方顯示前一個變奏。</translation>
    </message>
    <message>
        <source>Where music goes: into the DAW, or the built-in sound.</source>
        <translation>音樂輸出：DAW 或內建音色。</translation>
    </message>
    <message>
        <source>A port for each part instead of a channel.</source>
        <translation>每個聲部用一個連接埠，而不是一個聲道。</translation>
    </message>
    <message>
        <source>SoundFont of the built-in sound: a file, none, or empty for the best.</source>
        <translation>內建音色的 SoundFont：檔案、none（無），或留空用最好的。</translation>
    </message>
    <message>
        <source>Who sets the time.</source>
        <translation>由誰決定時間。</translation>
    </message>
    <message>
        <source>The port that sends MIDI clock.</source>
        <translation>送出 MIDI 時鐘的連接埠。</translation>
    </message>
    <message>
        <source>How much later than the host everything sounds.</source>
        <translation>所有聲音比主機晚多少。</translation>
    </message>
    <message>
        <source>Where what is started begins.</source>
        <translation>開始的音樂從哪裡開始。</translation>
    </message>
    <message>
        <source>Send MIDI clock to others.</source>
        <translation>把 MIDI 時鐘送給其他程式。</translation>
    </message>
    <message>
        <source>What is listened to.</source>
        <translation>接收什麼輸入。</translation>
    </message>
    <message>
        <source>Which knob drives what, as JSON.</source>
        <translation>哪個旋鈕控制什麼（JSON）。</translation>
    </message>
    <message>
        <source>Let OSC turn the knobs.</source>
        <translation>讓 OSC 轉動旋鈕。</translation>
    </message>
    <message>
        <source>The UDP port on which OSC is heard.</source>
        <translation>接收 OSC 的 UDP 連接埠。</translation>
    </message>
    <message>
        <source>How to play together with a musician.</source>
        <translation>如何與演奏者一起演奏。</translation>
    </message>
    <message>
        <source>How many bars a turn lasts.</source>
        <translation>一輪有幾個小節。</translation>
    </message>
    <message>
        <source>Click on each beat while playing together.</source>
        <translation>一起演奏時每拍發出節拍聲。</translation>
    </message>
    <message>
        <source>How many bars are counted in by our own clock.</source>
        <translation>以自己的時鐘先數幾個小節。</translation>
    </message>
    <message>
        <source>Keep the piece against a crash, every half minute.</source>
        <translation>每半分鐘保存樂曲以防當機。</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>色彩</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>與系統相同</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>語言</translation>
    </message>
    <message>
        <source>Another language holds from the next start. Restart now keeps the piece and its variations; what was done before can&apos;t be undone afterwards.</source>
        <translation>另一種語言於下次啟動時生效。立即重新啟動會保留樂曲與其變奏，但之後無法復原先前的操作。</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>立即重新啟動</translation>
    </message>
    <message>
        <source>Close the window and open it again in the chosen language</source>
        <translation>關閉視窗，並以所選語言重新開啟</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>Play what was made at once</source>
        <translation>產生後立即播放</translation>
    </message>
    <message>
        <source>Keep the piece against a crash</source>
        <translation>保存樂曲以防當機</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>計算裝置</translation>
    </message>
</context>
<context>
    <name>Starting</name>
    <message>
        <source>The model {0} is gone or damaged; the bundled one is loaded instead.</source>
        <translation>模型 {0} 已不存在或已損壞；改為載入內附模型。</translation>
    </message>
    <message>
        <source>Throw it away</source>
        <translation>捨棄</translation>
    </message>
    <message>
        <source>Fractalroll did not end well. A piece is left, kept at {0}.</source>
        <translation>Fractalroll 上次未正常結束。留有一首於 {0} 保存的樂曲。</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>取回</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>What you can do here</source>
        <translation>這裡可以做什麼</translation>
    </message>
    <message>
        <source>Where the notes go</source>
        <translation>音符送往何處</translation>
    </message>
    <message>
        <source>Notes that went out after their time, and notes that were left out</source>
        <translation>晚於時間送出的音符，以及略過的音符</translation>
    </message>
    <message>
        <source>Jitter: how far notes leave from their time, 99 of 100</source>
        <translation>抖動：每 100 個音符中 99 個偏離時間的程度</translation>
    </message>
    <message>
        <source>Slack: how far ahead of its time the next note is ready</source>
        <translation>餘裕：下一個音符提前備妥的時間</translation>
    </message>
    <message>
        <source>What really computes the music</source>
        <translation>實際計算音樂的裝置</translation>
    </message>
    <message>
        <source>loading the model …</source>
        <translation>正在載入模型…</translation>
    </message>
    <message>
        <source>, {0} left out</source>
        <translation>，略過 {0}</translation>
    </message>
    <message>
        <source>late notes {0}</source>
        <translation>遲到音符 {0}</translation>
    </message>
    <message>
        <source>jitter {0} ms</source>
        <translation>抖動 {0} 毫秒</translation>
    </message>
    <message>
        <source>slack {0} ms</source>
        <translation>餘裕 {0} 毫秒</translation>
    </message>
</context>
<context>
    <name>Swatch</name>
    <message>
        <source>Another colour</source>
        <translation>換一個顏色</translation>
    </message>
    <message>
        <source>Colour of voice {0}</source>
        <translation>聲部 {0} 的顏色</translation>
    </message>
</context>
<context>
    <name>SyncPanel</name>
    <message>
        <source>In time with</source>
        <translation>跟著誰的時間</translation>
    </message>
    <message>
        <source>Ableton Link</source>
        <translation>Ableton Link</translation>
    </message>
    <message>
        <source>Ableton Link: pip install &quot;fractalroll[link]&quot;</source>
        <translation>Ableton Link：pip install &quot;fractalroll[link]&quot;</translation>
    </message>
    <message>
        <source>our own clock</source>
        <translation>我們自己的時鐘</translation>
    </message>
    <message>
        <source>MIDI clock of a port</source>
        <translation>某個連接埠的 MIDI 時鐘</translation>
    </message>
    <message>
        <source>JACK transport</source>
        <translation>JACK 傳輸控制</translation>
    </message>
    <message>
        <source>Who says when it starts, where it is and how fast: we, or a host</source>
        <translation>由誰決定何時開始、在哪裡、多快：我們或主機</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>The port that sends MIDI clock; ours is for hosts that connect to it</source>
        <translation>送出 MIDI 時鐘的連接埠；我們自己的輸入供主機連接</translation>
    </message>
    <message>
        <source>From</source>
        <translation>來自</translation>
    </message>
    <message>
        <source>The piece&apos;s own</source>
        <translation>樂曲本身</translation>
    </message>
    <message>
        <source>Play at the tempo that is written in the piece</source>
        <translation>以樂曲記載的速度播放</translation>
    </message>
    <message>
        <source>Repeat the loop</source>
        <translation>重複循環</translation>
    </message>
    <message>
        <source>Drag on the strip above the bar numbers of the roll to choose the loop</source>
        <translation>在捲軸小節號上方的橫條拖曳以選擇循環</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>立刻</translation>
    </message>
    <message>
        <source>on the next beat</source>
        <translation>在下一拍</translation>
    </message>
    <message>
        <source>on the next bar</source>
        <translation>在下一小節</translation>
    </message>
    <message>
        <source>on the next four bars</source>
        <translation>在下一個四小節</translation>
    </message>
    <message>
        <source>Nudge</source>
        <translation>微調</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>Where what is started begins: playing with a host, or another variation</source>
        <translation>所啟動的從哪裡開始：跟隨主機的播放，或另一個變奏</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> 毫秒</translation>
    </message>
    <message>
        <source>Everything sounds so much later than the host; less than 0 is earlier</source>
        <translation>所有聲音比主機晚這麼多；小於 0 則較早</translation>
    </message>
    <message>
        <source>Send MIDI clock (port Fractalroll clock)</source>
        <translation>送出 MIDI 時鐘（連接埠 Fractalroll clock）</translation>
    </message>
    <message>
        <source>Clock, start, stop and song position for others, on a port of its own</source>
        <translation>以專用連接埠把時鐘、開始、停止與歌曲位置送給其他程式</translation>
    </message>
    <message>
        <source>our own input, Fractalroll in</source>
        <translation>我們自己的輸入 Fractalroll in</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>{0}: not there</source>
        <translation>{0}：不存在</translation>
    </message>
    <message>
        <source>our own clock goes out</source>
        <translation>正在送出我們自己的時鐘</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已鎖定</translation>
    </message>
    <message>
        <source>locking …</source>
        <translation>正在鎖定 …</translation>
    </message>
    <message>
        <source>no signal</source>
        <translation>沒有訊號</translation>
    </message>
    <message>
        <source>{0} bpm, bar {1}, beat {2}</source>
        <translation>{0} bpm，第 {1} 小節第 {2} 拍</translation>
    </message>
    <message>
        <source>plays</source>
        <translation>播放中</translation>
    </message>
    <message>
        <source>stands still</source>
        <translation>靜止</translation>
    </message>
    <message>
        <source>Opening …</source>
        <translation>正在開啟 …</translation>
    </message>
    <message>
        <source>It can&apos;t be opened; it is tried again every few seconds.</source>
        <translation>無法開啟；每隔幾秒會再試一次。</translation>
    </message>
    <message>
        <source>Nothing is heard yet: let the host send clock, and connect it to this port.</source>
        <translation>還沒收到訊號：請讓主機送出時鐘，並連接到這個連接埠。</translation>
    </message>
    <message>
        <source>This host sends song positions six times too large; they are put right.</source>
        <translation>這個主機送出的歌曲位置大了六倍；已自動修正。</translation>
    </message>
    <message>
        <source>Nobody else is in the Link session yet.</source>
        <translation>Link 工作階段中還沒有其他人。</translation>
    </message>
    <message>
        <source>Nothing is heard of JACK&apos;s transport yet.</source>
        <translation>還沒收到 JACK 傳輸控制的訊號。</translation>
    </message>
    <message>
        <source>The piece is over here: repeat the loop, or let the host go back.</source>
        <translation>樂曲到這裡已結束：請重複循環，或讓主機往回走。</translation>
    </message>
    <message>
        <source>JACK tells no tempo here: the one below counts.</source>
        <translation>JACK 沒有提供速度：以下方的速度為準。</translation>
    </message>
    <message>
        <source>The music starts with the host; if it plays already, start it again.</source>
        <translation>音樂會隨主機開始；若主機已在播放，請重新開始播放。</translation>
    </message>
    <message>
        <source>Play is armed: the music starts with the host.</source>
        <translation>播放已待命：主機開始時音樂就開始。</translation>
    </message>
</context>
<context>
    <name>TempoBox</name>
    <message>
        <source> bpm</source>
        <translation> bpm</translation>
    </message>
    <message>
        <source>Tempo</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>The host sets the tempo; choose our own clock on the page Live</source>
        <translation>速度由主機決定；可在「現場」頁改用我們自己的時鐘</translation>
    </message>
    <message>
        <source>JACK&apos;s transport has no tempo of its own; it is counted at this one</source>
        <translation>JACK transport 本身沒有速度；以此速度計算</translation>
    </message>
    <message>
        <source>Tempo of the Link session; another one is proposed to all in it</source>
        <translation>Link 工作階段的速度；更改會向所有成員提議</translation>
    </message>
    <message>
        <source>Tempo of playing; the piece keeps its own until it is played otherwise</source>
        <translation>播放速度；在改變之前樂曲保有自己的速度</translation>
    </message>
</context>
<context>
    <name>Together</name>
    <message>
        <source>Loading the model …</source>
        <translation>正在載入模型……</translation>
    </message>
    <message>
        <source>Taking over the port …</source>
        <translation>正在接手連接埠……</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>正在停止……</translation>
    </message>
    <message>
        <source>Counting in</source>
        <translation>預備拍</translation>
    </message>
    <message>
        <source>Waiting for the host to start</source>
        <translation>等待主機開始</translation>
    </message>
    <message>
        <source>Listening: play something</source>
        <translation>聆聽中：彈點什麼吧</translation>
    </message>
    <message>
        <source>Its turn, {0} bars left</source>
        <translation>輪到它，還有 {0} 小節</translation>
    </message>
    <message>
        <source>Your turn, {0} bars left</source>
        <translation>輪到你，還有 {0} 小節</translation>
    </message>
    <message>
        <source>Accompanying you</source>
        <translation>正在為你伴奏</translation>
    </message>
    <message>
        <source>Listening: it joins in a moment</source>
        <translation>聆聽中：它馬上加入</translation>
    </message>
    <message>
        <source>It goes on from what you played</source>
        <translation>它接著你彈的繼續</translation>
    </message>
    <message>
        <source>Listening to you</source>
        <translation>正在聽你演奏</translation>
    </message>
    <message>
        <source>Its turn</source>
        <translation>輪到它</translation>
    </message>
    <message>
        <source>Your turn</source>
        <translation>輪到你</translation>
    </message>
    <message>
        <source>Its turn, the last bar</source>
        <translation>輪到它，最後一小節</translation>
    </message>
    <message>
        <source>Your turn, the last bar</source>
        <translation>輪到你，最後一小節</translation>
    </message>
</context>
<context>
    <name>TogetherPanel</name>
    <message>
        <source>Playing together</source>
        <translation>一起演奏</translation>
    </message>
    <message>
        <source>call and response</source>
        <translation>一問一答</translation>
    </message>
    <message>
        <source>accompany me</source>
        <translation>為我伴奏</translation>
    </message>
    <message>
        <source>go on when I stop</source>
        <translation>我停下時接著彈</translation>
    </message>
    <message>
        <source>Call and response: you play some bars, the next ones are answered. Accompany me: it plays while you play. Go on when I stop: it goes on from what you played, until you play again.</source>
        <translation>一問一答：你彈幾個小節，接下來的小節由它回應。為我伴奏：你彈的時候它跟著彈。我停下時接著彈：它接著你彈的繼續，直到你再次演奏。</translation>
    </message>
    <message>
        <source>How</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Call and response: how long your turn is, and then its own. Accompany me: how long it goes on when you rest.</source>
        <translation>一問一答：你那一輪有多長，接著它那一輪也一樣長。為我伴奏：你休息時它還會彈多久。</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>小節</translation>
    </message>
    <message>
        <source>Metronome</source>
        <translation>節拍器</translation>
    </message>
    <message>
        <source>Click on each beat, on the channel of the drums</source>
        <translation>每拍發出節拍聲，使用鼓的聲道</translation>
    </message>
    <message>
        <source>no count-in</source>
        <translation>不先數拍</translation>
    </message>
    <message>
        <source>count one bar in</source>
        <translation>先數一小節</translation>
    </message>
    <message>
        <source>count {0} bars in</source>
        <translation>先數 {0} 小節</translation>
    </message>
    <message>
        <source>Count-in</source>
        <translation>先數拍</translation>
    </message>
    <message>
        <source>Stop playing together</source>
        <translation>停止一起演奏</translation>
    </message>
    <message>
        <source>Play together</source>
        <translation>一起演奏</translation>
    </message>
    <message>
        <source>Stop; what was played stays in the piece, and Undo takes it out</source>
        <translation>停止；彈過的會留在樂曲裡，按復原可以拿掉</translation>
    </message>
    <message>
        <source>What you and it play goes into the piece, as two parts</source>
        <translation>你和它彈的會放進樂曲，成為兩個聲部</translation>
    </message>
    <message>
        <source>Where a host sets the time it begins, too</source>
        <translation>由主機掌控時間時，也由主機開始</translation>
    </message>
    <message>
        <source>Clicks before the first bar; without them it begins with your first note</source>
        <translation>第一小節之前的節拍聲；沒有時，從您的第一個音開始</translation>
    </message>
    <message>
        <source>{0} bars were not ready in time: {1} varied, {2} silent.</source>
        <translation>{0} 個小節來不及完成：{1} 個用了變奏，{2} 個靜音。</translation>
    </message>
    <message>
        <source>{0} bars were made in a hurry.</source>
        <translation>{0} 個小節是趕出來的。</translation>
    </message>
    <message>
        <source>The port is gone; the music goes on in silence until it is back.</source>
        <translation>連接埠已消失；音樂會無聲地繼續，直到它恢復。</translation>
    </message>
    <message>
        <source>The host is not heard; it is followed again when it is back.</source>
        <translation>聽不到主機；恢復後會再次跟隨。</translation>
    </message>
    <message>
        <source>You are not heard; you are again when your port is back.</source>
        <translation>聽不到您；您的連接埠恢復後就會再聽到。</translation>
    </message>
    <message>
        <source>The clock&apos;s port is gone; the clock goes on when it is back.</source>
        <translation>時鐘連接埠已消失；恢復後時鐘會繼續。</translation>
    </message>
    <message>
        <source>You are heard through the port Fractalroll in: connect a keyboard or a track of the DAW to it, or choose an input above.</source>
        <translation>透過連接埠 Fractalroll in 聽你演奏：請把鍵盤或 DAW 的軌道連到它，或在上方選擇輸入。</translation>
    </message>
    <message>
        <source>You are heard through {0}.</source>
        <translation>透過 {0} 聽你演奏。</translation>
    </message>
    <message>
        <source>Both of you sound on the built-in sound.</source>
        <translation>你們兩個都用內建音色發聲。</translation>
    </message>
    <message>
        <source>Nobody hears it yet: connect the DAW to the port Fractalroll.</source>
        <translation>還沒有人聽得到它：請把 DAW 連到連接埠 Fractalroll。</translation>
    </message>
</context>
<context>
    <name>TogetherState</name>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Make</source>
        <translation>創作</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>現場</translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Choose a folder of MIDI files</source>
        <translation>選擇 MIDI 檔資料夾</translation>
    </message>
</context>
<context>
    <name>TrainWords</name>
    <message>
        <source>{songs} songs · {minutes} minutes · {bars} bars · {notes} notes</source>
        <translation>{songs} 首 · {minutes} 分鐘 · {bars} 小節 · {notes} 個音符</translation>
    </message>
    <message>
        <source>{0} to learn from, {1} kept aside to judge by.</source>
        <translation>{0} 首用於學習，{1} 首保留用於評估。</translation>
    </message>
    <message>
        <source>{made} of what it makes is a near copy of a bar in your folder. Of music kept aside it is {held_out}: so much any music repeats.</source>
        <translation>它的作品中有 {made} 近乎抄自您資料夾的小節。保留的音樂則為 {held_out}：任何音樂都會有這麼多重複。</translation>
    </message>
    <message>
        <source>{0} to {1} seconds</source>
        <translation>{0} 到 {1} 秒</translation>
    </message>
    <message>
        <source>Quick try</source>
        <translation>快速試試</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>徹底</translation>
    </message>
    <message>
        <source>Two minutes, to see that it works. The model stays rough.</source>
        <translation>兩分鐘，確認可行。模型仍然粗糙。</translation>
    </message>
    <message>
        <source>That is too little: a training needs two songs or more.</source>
        <translation>太少了：訓練需要兩首以上。</translation>
    </message>
    <message>
        <source>It makes music of its own</source>
        <translation>它創作自己的音樂</translation>
    </message>
    <message>
        <source>It begins to repeat the music it learnt from</source>
        <translation>它開始重複所學的音樂</translation>
    </message>
    <message>
        <source>It has learnt the music by heart</source>
        <translation>它已把音樂背起來了</translation>
    </message>
    <message>
        <source>Too few bars yet for a verdict</source>
        <translation>小節太少，尚無法判斷</translation>
    </message>
    <message>
        <source>Finish now, or take more music, or train for less long.</source>
        <translation>請立即完成、使用更多音樂，或縮短訓練。</translation>
    </message>
    <message>
        <source>Finish soon.</source>
        <translation>請儘快完成。</translation>
    </message>
    <message>
        <source>about a minute</source>
        <translation>約一分鐘</translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation>不到一分鐘</translation>
    </message>
    <message>
        <source>about {0} days</source>
        <translation>約 {0} 天</translation>
    </message>
    <message>
        <source>{0} to {1} minutes</source>
        <translation>{0} 到 {1} 分鐘</translation>
    </message>
    <message>
        <source>{0} to {1} hours</source>
        <translation>{0} 到 {1} 小時</translation>
    </message>
    <message>
        <source>The model takes on your music&apos;s manner.</source>
        <translation>模型學會您音樂的風格。</translation>
    </message>
    <message>
        <source>The model becomes your music&apos;s; watch the check below.</source>
        <translation>模型成為您音樂的樣子；請留意下方的檢查。</translation>
    </message>
    <message>
        <source>A small model, for a first one of your own.</source>
        <translation>小型模型，適合您的第一個模型。</translation>
    </message>
    <message>
        <source>A model as large as the one that came with Fractalroll.</source>
        <translation>與 Fractalroll 內附模型同樣大小。</translation>
    </message>
    <message>
        <source>With so few, fine-tune; a new model would only learn them by heart.</source>
        <translation>數量這麼少，請用微調；新模型只會背下它們。</translation>
    </message>
    <message>
        <source>about {0} minutes</source>
        <translation>約 {0} 分鐘</translation>
    </message>
    <message>
        <source>about {0} hours</source>
        <translation>約 {0} 小時</translation>
    </message>
</context>
<context>
    <name>TrainingState</name>
    <message>
        <source>{0} can&apos;t be the model&apos;s name: choose another one.</source>
        <translation>{0} 不能作為模型名稱：請換一個。</translation>
    </message>
    <message>
        <source>A line of the training can&apos;t be read; it is left out.</source>
        <translation>訓練的一行無法讀取，已略過。</translation>
    </message>
    <message>
        <source>The training ended by itself; go on with it.</source>
        <translation>訓練自行結束了；請繼續。</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>Transport</source>
        <translation>播放控制</translation>
    </message>
    <message>
        <source>To the start (Home)</source>
        <translation>到開頭（Home）</translation>
    </message>
    <message>
        <source>Play (Space)</source>
        <translation>播放（空白鍵）</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Repeat the loop (L)</source>
        <translation>重複循環（L）</translation>
    </message>
    <message>
        <source>Bar, beat and step of the playhead</source>
        <translation>播放位置的小節、拍與步</translation>
    </message>
    <message>
        <source>Stop (Space)</source>
        <translation>停止（空白鍵）</translation>
    </message>
    <message>
        <source>Armed: starts with the host</source>
        <translation>待命：隨主機開始</translation>
    </message>
    <message>
        <source>Waits for its beat; stop (Space)</source>
        <translation>等待節拍；停止（空白鍵）</translation>
    </message>
    <message>
        <source>Bar {0}, beat {1}, step {2}</source>
        <translation>第 {0} 小節第 {1} 拍第 {2} 步</translation>
    </message>
</context>
<context>
    <name>VariationCard</name>
    <message>
        <source>Keep this one in any case</source>
        <translation>無論如何都保留</translation>
    </message>
    <message>
        <source>Drag it into your DAW, as a MIDI file</source>
        <translation>以 MIDI 檔拖曳到您的 DAW</translation>
    </message>
    <message>
        <source>{0} · next beat</source>
        <translation>{0} · 下一拍</translation>
    </message>
    <message>
        <source>{0} · next bar</source>
        <translation>{0} · 下一小節</translation>
    </message>
    <message>
        <source>{0} · next 4 bars</source>
        <translation>{0} · 下四小節</translation>
    </message>
    <message>
        <source>Once more, and it doesn&apos;t come</source>
        <translation>再按一次就取消</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>{0}   edited by hand</source>
        <translation>{0}   手動編輯</translation>
    </message>
    <message>
        <source>{0}   seed {1}</source>
        <translation>{0}   種子 {1}</translation>
    </message>
    <message>
        <source>Ctrl+{0}</source>
        <translation>Ctrl+{0}</translation>
    </message>
    <message>
        <source>{0}, seed {1}, temperature {2}, guidance {3}</source>
        <translation>{0}，種子 {1}，溫度 {2}，引導 {3}</translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>Variations</source>
        <translation>變奏</translation>
    </message>
    <message>
        <source>A / B</source>
        <translation>A / B</translation>
    </message>
    <message>
        <source>Back to the one before; while it plays, on the beat or bar of Start (Live)</source>
        <translation>回到前一個；播放時，在「現場」頁「開始」所選的拍或小節切換</translation>
    </message>
    <message>
        <source>What you make is kept here, to compare and to go back to.</source>
        <translation>您的作品保存在這裡，可比較並返回。</translation>
    </message>
</context>
<context>
    <name>VariationsState</name>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Variation {0}</source>
        <translation>變奏 {0}</translation>
    </message>
</context>
<context>
    <name>VelocityLane</name>
    <message>
        <source>Velocities</source>
        <translation>力度</translation>
    </message>
    <message>
        <source>With the keyboard: Alt+Shift with arrow up or down on the chosen notes.</source>
        <translation>鍵盤操作：對選取的音符按 Alt+Shift 加上下方向鍵。</translation>
    </message>
    <message>
        <source>Drag over the stems to change how loud notes are.</source>
        <translation>在直線上拖曳以改變音量。</translation>
    </message>
</context>
<context>
    <name>VoiceRow</name>
    <message>
        <source>Name of voice {0}</source>
        <translation>聲部 {0} 的名稱</translation>
    </message>
    <message>
        <source>M</source>
        <translation>M</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>靜音</translation>
    </message>
    <message>
        <source>S</source>
        <translation>S</translation>
    </message>
    <message>
        <source>Solo</source>
        <translation>獨奏</translation>
    </message>
    <message>
        <source>Lock: edits and generation leave it alone</source>
        <translation>鎖定：編輯與產生都不會更動</translation>
    </message>
    <message>
        <source>{0}, voice {1}</source>
        <translation>{0}，聲部 {1}</translation>
    </message>
</context>
<context>
    <name>VoicesPanel</name>
    <message>
        <source>Voices</source>
        <translation>聲部</translation>
    </message>
</context>
<context>
    <name>Wiring</name>
    <message>
        <source>Load it</source>
        <translation>載入</translation>
    </message>
    <message>
        <source>{0} is trained.</source>
        <translation>{0} 訓練完成。</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Variation {0}</source>
        <translation>變奏 {0}</translation>
    </message>
    <message>
        <source>Undo {0}</source>
        <translation>復原 {0}</translation>
    </message>
    <message>
        <source>Redo {0}</source>
        <translation>重做 {0}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>no sound device</source>
        <translation>沒有音訊裝置</translation>
    </message>
    <message>
        <source>built-in sound: {0}</source>
        <translation>內建音色：{0}</translation>
    </message>
    <message>
        <source>{0} · Space stops it</source>
        <translation>{0} · 按空白鍵停止</translation>
    </message>
    <message>
        <source>A model of your own, from your MIDI files.</source>
        <translation>用您的 MIDI 檔訓練自己的模型。</translation>
    </message>
    <message>
        <source>What each model learnt; two compared by ear; graphs.</source>
        <translation>各模型所學；用耳朵比較兩個；計算圖。</translation>
    </message>
    <message>
        <source>Where the music goes, and whether it is on time.</source>
        <translation>音樂輸出到哪裡，以及是否準時。</translation>
    </message>
    <message>
        <source>{0} comes on the next beat; Esc calls it off.</source>
        <translation>{0} 將在下一拍開始；按 Esc 取消。</translation>
    </message>
    <message>
        <source>{0} comes on the next bar; Esc calls it off.</source>
        <translation>{0} 將在下一小節開始；按 Esc 取消。</translation>
    </message>
    <message>
        <source>{0} comes on the next four bars; Esc calls it off.</source>
        <translation>{0} 將在下一個四小節開始；按 Esc 取消。</translation>
    </message>
    <message>
        <source>Making music … Esc stops and leaves everything as it was.</source>
        <translation>正在產生音樂… Esc 停止並恢復原狀。</translation>
    </message>
    <message>
        <source>R makes the selection again, V varies it, Esc clears it.</source>
        <translation>R 重新產生選取範圍，V 變化，Esc 清除選取。</translation>
    </message>
    <message>
        <source>Press Generate, or G.</source>
        <translation>按「產生」或 G。</translation>
    </message>
    <message>
        <source>Drag over the roll to select a region, then R to make it again.</source>
        <translation>在捲軸上拖曳選取區域，再按 R 重新產生。</translation>
    </message>
</context>
<context>
    <name>Worker</name>
    <message>
        <source>{0} has said nothing for {1} seconds and was ended; try again.</source>
        <translation>{0} 已 {1} 秒沒有回應並被結束；請再試一次。</translation>
    </message>
    <message>
        <source>{0} could not be started ({1}); install Fractalroll again.</source>
        <translation>無法啟動 {0}（{1}）；請重新安裝 Fractalroll。</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>未說明原因</translation>
    </message>
    <message>
        <source>{0} broke down: {1}; try again.</source>
        <translation>{0} 發生故障：{1}；請再試一次。</translation>
    </message>
</context>
<context>
    <name>_Card</name>
    <message>
        <source>Skip</source>
        <translation>略過</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}／{1}</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>_CardDelegate</name>
    <message>
        <source>loaded</source>
        <translation>已載入</translation>
    </message>
    <message>
        <source>bundled</source>
        <translation>內附</translation>
    </message>
    <message>
        <source>graphs</source>
        <translation>計算圖</translation>
    </message>
    <message>
        <source>needs torch</source>
        <translation>需要 torch</translation>
    </message>
</context>
<context>
    <name>_Offer</name>
    <message>
        <source>Go on</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Go on from the last checkpoint</source>
        <translation>從上一個檢查點繼續</translation>
    </message>
    <message>
        <source>Give it up</source>
        <translation>放棄</translation>
    </message>
    <message>
        <source>Delete what there is of it</source>
        <translation>刪除現有的部分</translation>
    </message>
    <message>
        <source>The training of {0} is not finished. It can go on where it was.</source>
        <translation>{0} 的訓練尚未完成，可以從中斷處繼續。</translation>
    </message>
</context>
<context>
    <name>_Shares</name>
    <message>
        <source>made</source>
        <translation>作品</translation>
    </message>
    <message>
        <source>kept aside</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>models</name>
    <message>
        <source>Level {number}: which patches sound</source>
        <translation>層級 {number}：哪些區塊發聲</translation>
    </message>
    <message>
        <source>Level {number}: what it hands down</source>
        <translation>層級 {number}：向下傳遞的內容</translation>
    </message>
    <message>
        <source>Cells: silent, held or struck</source>
        <translation>格子：靜默、延續或擊發</translation>
    </message>
    <message>
        <source>Cells: how loud</source>
        <translation>格子：音量</translation>
    </message>
    <message>
        <source>The graphs do what the torch model does.</source>
        <translation>計算圖與 torch 模型的行為一致。</translation>
    </message>
    <message>
        <source>The graphs differ from the torch model.</source>
        <translation>計算圖與 torch 模型不同。</translation>
    </message>
    <message>
        <source>allowed: {tolerance}</source>
        <translation>容許：{tolerance}</translation>
    </message>
    <message>
        <source>Level 1 is in 8 bits: notes are held against the graphs&apos; own.</source>
        <translation>層級 1 為 8 位元：音符與計算圖自身比對。</translation>
    </message>
    <message>
        <source>{logits} numbers compared · {patches} patches note for note the same · {ties} near-ties</source>
        <translation>比對 {logits} 個數值 · {patches} 個區塊逐音相同 · {ties} 個近乎平手</translation>
    </message>
    <message>
        <source>What is chosen from (logits)</source>
        <translation>選擇依據（logits）</translation>
    </message>
    <message>
        <source>What levels hand down</source>
        <translation>層級向下傳遞的內容</translation>
    </message>
    <message>
        <source>Log-probability of a whole patch</source>
        <translation>整個區塊的對數機率</translation>
    </message>
    <message>
        <source>Add a model&apos;s folder</source>
        <translation>新增模型資料夾</translation>
    </message>
    <message>
        <source>Export the model as a folder</source>
        <translation>將模型匯出為資料夾</translation>
    </message>
    <message>
        <source>Rename the model</source>
        <translation>重新命名模型</translation>
    </message>
    <message>
        <source>Name (letters, digits, - and _):</source>
        <translation>名稱（字母、數字、- 與 _）：</translation>
    </message>
    <message>
        <source>Remove the model</source>
        <translation>移除模型</translation>
    </message>
    <message>
        <source>Delete the model {name} from the disk? It can&apos;t be brought back.</source>
        <translation>要從磁碟刪除模型 {name} 嗎？刪除後無法復原。</translation>
    </message>
    <message>
        <source>{name} (bundled)</source>
        <translation>{name}（內附）</translation>
    </message>
    <message>
        <source>can&apos;t be read</source>
        <translation>無法讀取</translation>
    </message>
    <message>
        <source>{count} levels</source>
        <translation>{count} 個層級</translation>
    </message>
    <message>
        <source>{count} weights</source>
        <translation>{count} 個權重</translation>
    </message>
    <message>
        <source>{number}: single cells, {kind}</source>
        <translation>{number}：單一格子，{kind}</translation>
    </message>
    <message>
        <source>{number}: patches of {pitches} × {steps} cells, {kind}</source>
        <translation>{number}：{pitches} × {steps} 格的區塊，{kind}</translation>
    </message>
    <message>
        <source>many at once in rounds (MAR)</source>
        <translation>分回合一次多個（MAR）</translation>
    </message>
    <message>
        <source>one after another (AR)</source>
        <translation>逐一（AR）</translation>
    </message>
    <message>
        <source>{count} songs</source>
        <translation>{count} 首歌</translation>
    </message>
</context>
</TS>
